// What a scripted kernel makes of the world: where clients come from, how much they take, what time it is.
#if DEBUG
    import CLinux
    import Glibc
    import LinuxIO
    import Synchronization

    extension ScriptedKernel {
        /// A connection, the first of which is 1, seems to come from this address.
        public func call(_ connection: Int, _ address: PeerAddress) {
            state.withLock { $0.callers[connection] = address }
        }

        /// The kernel takes so many bytes of what a connection is sent from now on, and says that it has no room then.
        public func give(_ connection: Int = 1, room: Int) { state.withLock { $0.room[connection] = room } }

        /// Lets time pass at once for whoever is under the script.
        public func advance(nanoseconds: Int64) { clockOffset.add(nanoseconds, ordering: .relaxed) }

        /// The descriptor of a connection that was accepted and is open.
        public func descriptor(of connection: Int = 1) -> Int32? {
            state.withLock { state in state.accepted.first { $0.value.number == connection }?.key }
        }

        func send(_ fd: Int32, _ bytes: UnsafeRawPointer?, _ count: Int, _ flags: Int32) -> Int {
            let (connection, room) = state.withLock { state -> (Int, Int?) in
                let connection = state.accepted[fd]?.number ?? 0
                return (connection, state.room[connection])
            }
            return transfer(.send, fd, count) { most in
                if let room, room <= 0 { return -Int(EAGAIN) }
                let taken = unsafe clinux_kernel_of_libc().send(fd, bytes, min(most, room ?? most), flags)
                if taken > 0, room != nil { state.withLock { $0.room[connection]! -= taken } }
                return taken
            }
        }
    }
#endif

// The machine's own kernel, but for what a test has scripted: where reads are cut, who clients are, what time it is.
import CLinux
import Glibc
import LinuxIO
import TestSupport

#if canImport(CountAllocations)
    import CountAllocations
#endif

#if DEBUG
    /// Real sockets under a server whose reads bring as many bytes as a test says.
    ///
    /// What a client sends by one call is in the kernel's queue as a whole, so that cutting reads short cuts it exactly there,
    /// whatever the machine is doing besides.
    final class WireKernel: Sendable {
        private struct State {
            /// The most that each connection's next reads bring; the first connection is 1.
            var cuts: [Int: [Int]] = [:]
            var peers: [Int: SocketAddress] = [:]
            /// How many bytes the kernel still takes of what each connection is sent.
            var room: [Int: Int] = [:]
            var connections: [Int32: Int] = [:]
            var accepted = 0
            var clockOffset: Int64 = 0
            var isHeld = false
            var isWaiting = false
            /// What accept4 fails with from now on.
            var acceptErrno: Int32?
            var allocationsAtRead: [UInt64] = []
        }

        private let state = Monitor(State())

        /// A test in which the server has no memory is not about what this object takes: 64 connections need none.
        init() { state.withLock { $0.connections.reserveCapacity(64) } }

        // MARK: - Scripting

        /// The next reads of a connection bring at most so many bytes each; those after them whatever there is.
        func cut(_ connection: Int = 1, at lengths: [Int]) { state.withLock { $0.cuts[connection] = lengths } }

        /// The kernel takes so many more bytes of what a connection is sent, and says that it has no room then.
        func give(_ connection: Int = 1, room: Int) { state.withLock { $0.room[connection] = room } }

        /// From now on nobody can be accepted, for this reason.
        func failAccepting(with errno: Int32) { state.withLock { $0.acceptErrno = errno } }

        /// A connection seems to come from this address.
        func call(_ connection: Int, _ address: SocketAddress) { state.withLock { $0.peers[connection] = address } }

        /// Lets time pass for the server at once; it notices at its next turn.
        func advance(_ duration: Duration) { state.withLock { $0.clockOffset += duration.nanoseconds } }

        /// Holds the event loop when it next asks for events, until the function has run: all that has happened by then
        /// belongs to one turn. `wake` makes the loop ask.
        func inOneTurn(_ wake: () -> Void, _ body: () throws -> Void) rethrows {
            state.withLock { $0.isHeld = true }
            wake()
            _ = state.wait(until: .now + .seconds(20)) { $0.isWaiting }
            defer {
                state.withLock { $0.isHeld = false }
                state.wakeAll()
            }
            try body()
        }

        /// Makes room to note how much the reading thread has allocated at each of its next reads.
        func noteAllocations(reads: Int) { state.withLock { $0.allocationsAtRead.reserveCapacity(reads) } }

        /// What was noted, in order.
        var allocationsAtRead: [UInt64] { state.withLock { $0.allocationsAtRead } }

        /// The socket on the server's side of a connection that is open.
        func descriptor(of connection: Int = 1) -> Int32? {
            state.withLock { state in state.connections.first { $0.value == connection }?.key }
        }

        // MARK: - The table

        /// The calling thread, and those that it starts, make their calls through this from now on.
        func install() {
            // Neither is freed: a thread of the server's may outlive it by a moment.
            let table = UnsafeMutablePointer<clinux_kernel>.allocate(capacity: 1)
            unsafe table.initialize(to: clinux_kernel_of_libc())
            unsafe table.pointee.recv = { fd, bytes, count, flags in
                unsafe WireKernel.current.receive(fd, bytes, count, flags)
            }
            unsafe table.pointee.send = { fd, bytes, count, flags in
                unsafe WireKernel.current.send(fd, bytes, count, flags)
            }
            unsafe table.pointee.accept4 = { fd, address, length, flags in
                unsafe WireKernel.current.accept(fd, address, length, flags)
            }
            unsafe table.pointee.close = { fd in WireKernel.current.close(fd) }
            unsafe table.pointee.monotonic_nanoseconds = { WireKernel.current.nanoseconds }
            unsafe table.pointee.epoll_wait = { epoll, events, capacity, timeout in
                WireKernel.current.wait()
                return unsafe libc.epoll_wait(epoll, events, capacity, timeout)
            }
            unsafe clinux_install_kernel(table, Unmanaged.passRetained(self).toOpaque())
        }

        private static var current: WireKernel {
            // SAFETY: `install` has put it there, and retained it.
            unsafe Unmanaged<WireKernel>.fromOpaque(clinux_kernel_context()).takeUnretainedValue()
        }

        private func receive(
            _ fd: Int32, _ bytes: UnsafeMutableRawPointer?, _ count: Int, _ flags: Int32
        ) -> Int {
            let cut = state.withLock { state in
                #if canImport(CountAllocations)
                    if state.allocationsAtRead.count < state.allocationsAtRead.capacity {
                        state.allocationsAtRead.append(count_allocations_of_this_thread())
                    }
                #endif
                return state.connections[fd].flatMap { state.cuts[$0]?.first } ?? count
            }
            let result = unsafe libc.recv(fd, bytes, min(cut, count), flags)
            if result > 0 {
                state.withLock { state in
                    guard let connection = state.connections[fd], state.cuts[connection]?.isEmpty == false else {
                        return
                    }
                    state.cuts[connection]?.removeFirst()
                }
            }
            return result
        }

        private func send(_ fd: Int32, _ bytes: UnsafeRawPointer?, _ count: Int, _ flags: Int32) -> Int {
            let room = state.withLock { state in state.connections[fd].flatMap { state.room[$0] } }
            guard let room else { return unsafe libc.send(fd, bytes, count, flags) }
            if room == 0 { return -Int(EAGAIN) }
            let result = unsafe libc.send(fd, bytes, min(count, room), flags)
            if result > 0 {
                state.withLock { state in state.connections[fd].map { state.room[$0]! -= result } }
            }
            return result
        }

        private func accept(
            _ fd: Int32, _ address: UnsafeMutablePointer<sockaddr>?, _ length: UnsafeMutablePointer<socklen_t>?,
            _ flags: Int32
        ) -> Int32 {
            if let errno = state.withLock({ $0.acceptErrno }) { return -errno }
            let result = unsafe libc.accept4(fd, address, length, flags)
            guard result >= 0 else { return result }
            let peer = state.withLock { state in
                state.accepted += 1
                state.connections[result] = state.accepted
                return state.peers[state.accepted]
            }
            if let peer, let address = unsafe address, let length = unsafe length {
                let raw = RawAddress(peer)
                // SAFETY: the server has room for any address.
                unsafe UnsafeMutableRawPointer(address).copyMemory(from: raw.bytes, byteCount: raw.bytes.count)
                unsafe length.pointee = socklen_t(raw.bytes.count)
            }
            return result
        }

        private func close(_ fd: Int32) -> Int32 {
            state.withLock { $0.connections[fd] = nil }
            return libc.close(fd)
        }

        private var nanoseconds: Int64 {
            let offset = state.withLock { $0.clockOffset }
            return libc.monotonic_nanoseconds() + offset
        }

        private func wait() {
            guard state.withLock({ $0.isHeld }) else { return }
            state.withLock { $0.isWaiting = true }
            state.wakeAll()
            state.withLock(when: { !$0.isHeld }) { $0.isWaiting = false }
        }
    }

    private let libc = clinux_kernel_of_libc()
#endif

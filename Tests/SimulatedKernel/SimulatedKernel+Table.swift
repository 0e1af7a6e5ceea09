// The simulated kernel behind the seam.
#if DEBUG
    import CLinux
    import Glibc

    extension SimulatedKernel {
        /// The kernel that the calling thread's calls go to.
        public static var current: SimulatedKernel? {
            // SAFETY: `run` installs an unretained reference to a kernel that outlives the installation.
            guard let context = unsafe clinux_kernel_context() else { return nil }
            return unsafe Unmanaged<SimulatedKernel>.fromOpaque(context).takeUnretainedValue()
        }

        // SAFETY: written once, before anybody can read it, and never freed.
        nonisolated(unsafe) private static let sharedTable: UnsafePointer<clinux_kernel> = {
            let memory = UnsafeMutablePointer<clinux_kernel>.allocate(capacity: 1)
            unsafe memory.initialize(to: table())
            return unsafe UnsafePointer(memory)
        }()

        /// Calls the function with this kernel in place of the real one, or of another simulated one, for the calling thread alone.
        public func run<R>(_ body: () throws -> R) rethrows -> R {
            let before = Self.current
            let isMember = network.kernels.contains { $0 === self }
            if !isMember { network.kernels.append(self) }
            defer {
                if !isMember { network.kernels.removeAll { $0 === self } }
                Self.install(before)
            }
            Self.install(self)
            return try body()
        }

        private static func install(_ kernel: SimulatedKernel?) {
            guard let kernel else { return clinux_install_kernel(nil, nil) }
            // SAFETY: a kernel outlives its installation, which ends with `run`.
            unsafe clinux_install_kernel(sharedTable, Unmanaged.passUnretained(kernel).toOpaque())
        }

        private static func table() -> clinux_kernel {
            var table = clinux_kernel_of_libc()
            table.close = { SimulatedKernel.current!.close($0) }
            unsafe table.read = { unsafe SimulatedKernel.current!.read($0, $1!, $2) }
            unsafe table.write = { unsafe SimulatedKernel.current!.write($0, $1!, $2) }
            unsafe table.poll = { unsafe SimulatedKernel.current!.poll($0, Int($1), $2) }
            unsafe table.select = { unsafe SimulatedKernel.current!.select($0, $1!, $2!, $3) }
            table.socket = { _, type, _ in SimulatedKernel.current!.socket(type) }
            unsafe table.bind = { unsafe SimulatedKernel.current!.bind($0, $1!, $2) }
            table.listen = { SimulatedKernel.current!.listen($0, $1) }
            unsafe table.connect = { unsafe SimulatedKernel.current!.connect($0, $1!, $2) }
            unsafe table.accept4 = { unsafe SimulatedKernel.current!.accept4($0, $1, $2, $3) }
            unsafe table.getsockname = { unsafe SimulatedKernel.current!.getsockname($0, $1, $2) }
            unsafe table.setsockopt = { fd, level, name, value, _ in
                // SAFETY: every option that a server here sets is an int.
                let number = unsafe value!.loadUnaligned(as: Int32.self)
                return SimulatedKernel.current!.setsockopt(fd, SimulatedOption(level: level, name: name), number)
            }
            unsafe table.getsockopt = { fd, level, name, value, _ in
                unsafe SimulatedKernel.current!.getsockopt(fd, SimulatedOption(level: level, name: name), value)
            }
            table.shutdown = { SimulatedKernel.current!.shutdown($0, $1) }
            unsafe table.recv = { fd, bytes, count, _ in unsafe SimulatedKernel.current!.recv(fd, bytes, count) }
            unsafe table.send = { unsafe SimulatedKernel.current!.send($0, $1, $2, $3) }
            table.queued_bytes = { SimulatedKernel.current!.queuedBytes($0) }
            table.acknowledged_bytes = { SimulatedKernel.current!.acknowledgedBytes($0) }
            table.unacknowledged_bytes = { SimulatedKernel.current!.unacknowledgedBytes($0) }
            table.at_urgent_mark = { SimulatedKernel.current!.atUrgentMark($0) }
            table.epoll_create = { SimulatedKernel.current!.epollCreate() }
            table.epoll_ctl = { SimulatedKernel.current!.epollControl($0, $1, $2, $3, $4) }
            unsafe table.epoll_wait = { unsafe SimulatedKernel.current!.epollWait($0, $1!, Int($2), $3) }
            table.eventfd = { value, _ in SimulatedKernel.current!.eventfd(value) }
            table.signalfd = { mask, _ in SimulatedKernel.current!.signalfd(mask) }
            table.monotonic_nanoseconds = { SimulatedKernel.current!.clock() }
            return table
        }

        private func clock() -> Int64 {
            begin(.clock)
            return now
        }
    }
#endif

// The scripted kernel behind the seam.
#if DEBUG
    import CLinux
    import Glibc
    import Synchronization

    extension ScriptedKernel {
        /// The table, for good: threads may outlive whoever started them.
        // SAFETY: written once, before anybody can see it; nobody writes it afterwards.
        nonisolated(unsafe) private static let installed: UnsafeMutablePointer<clinux_kernel> = {
            let table = UnsafeMutablePointer<clinux_kernel>.allocate(capacity: 1)
            unsafe table.initialize(to: makeTable())
            return unsafe table
        }()

        /// Calls the function with its calls, and those of the threads that it starts, under the script.
        ///
        /// The kernel is never freed after that: a thread may still be using it.
        public func run<R>(_ body: () throws -> R) rethrows -> R {
            install()
            defer { clinux_install_kernel(nil, nil) }
            return try body()
        }

        /// The calls of the calling thread, and of those that it starts, are under the script from now on.
        public func install() {
            // SAFETY: both table and kernel live for ever.
            unsafe clinux_install_kernel(Self.installed, Unmanaged.passRetained(self).toOpaque())
        }

        private static func makeTable() -> clinux_kernel {
            var table = clinux_kernel_of_libc()
            table.close = { kernel().close($0) }
            unsafe table.accept4 = { unsafe kernel().accept4($0, $1, $2, $3) }
            unsafe table.recv = { unsafe kernel().recv($0, $1, $2, $3) }
            unsafe table.send = { unsafe kernel().send($0, $1, $2, $3) }
            unsafe table.read = { fd, bytes, count in
                kernel().transfer(.read, fd, count) { unsafe libc().read(fd, bytes, $0) }
            }
            unsafe table.write = { fd, bytes, count in
                kernel().transfer(.write, fd, count) { unsafe libc().write(fd, bytes, $0) }
            }
            addSockets(to: &table)
            addEvents(to: &table)
            return table
        }

        private static func addSockets(to table: inout clinux_kernel) {
            table.socket = { domain, type, protocol_ in
                kernel().plain(.socket, -1) { libc().socket(domain, type, protocol_) }
            }
            unsafe table.bind = { fd, address, length in
                kernel().plain(.bind, fd) { unsafe libc().bind(fd, address, length) }
            }
            table.listen = { fd, backlog in
                kernel().plain(.listen, fd) { libc().listen(fd, backlog) }
            }
            unsafe table.connect = { fd, address, length in
                kernel().plain(.connect, fd) { unsafe libc().connect(fd, address, length) }
            }
            unsafe table.getsockname = { fd, address, length in
                kernel().plain(.getsockname, fd) { unsafe libc().getsockname(fd, address, length) }
            }
            unsafe table.setsockopt = { fd, level, name, value, length in
                kernel().plain(.setsockopt, fd) {
                    unsafe libc().setsockopt(fd, level, name, value, length)
                }
            }
            unsafe table.getsockopt = { fd, level, name, value, length in
                kernel().plain(.getsockopt, fd) {
                    unsafe libc().getsockopt(fd, level, name, value, length)
                }
            }
            table.shutdown = { fd, how in
                kernel().plain(.shutdown, fd) { libc().shutdown(fd, how) }
            }
            table.queued_bytes = { fd in
                kernel().plain(.queuedBytes, fd) { libc().queued_bytes(fd) }
            }
            table.acknowledged_bytes = { fd in
                kernel().plain(.acknowledgedBytes, fd) { libc().acknowledged_bytes(fd) }
            }
            table.unacknowledged_bytes = { fd in
                kernel().plain(.unacknowledgedBytes, fd) { libc().unacknowledged_bytes(fd) }
            }
            table.at_urgent_mark = { fd in
                kernel().plain(.atUrgentMark, fd) { libc().at_urgent_mark(fd) }
            }
        }

        private static func addEvents(to table: inout clinux_kernel) {
            unsafe table.poll = { entries, count, timeout in
                kernel().plain(.poll, -1) { unsafe libc().poll(entries, count, timeout) }
            }
            unsafe table.select = { end, readable, writable, timeout in
                kernel().plain(.select, -1) { unsafe libc().select(end, readable, writable, timeout) }
            }
            table.epoll_create = { kernel().plain(.epollCreate, -1) { libc().epoll_create() } }
            table.epoll_ctl = { epoll, operation, fd, events, data in
                let call: KernelCall =
                    operation == EPOLL_CTL_ADD ? .epollAdd : operation == EPOLL_CTL_MOD ? .epollModify : .epollDelete
                return kernel().plain(call, fd) {
                    libc().epoll_ctl(epoll, operation, fd, events, data)
                }
            }
            unsafe table.epoll_wait = { epoll, events, capacity, timeout in
                kernel().plain(.epollWait, epoll) {
                    unsafe libc().epoll_wait(epoll, events, capacity, timeout)
                }
            }
            table.eventfd = { value, flags in
                kernel().plain(.eventfd, -1) { libc().eventfd(value, flags) }
            }
            table.signalfd = { signals, flags in
                kernel().plain(.signalfd, -1) { libc().signalfd(signals, flags) }
            }
            table.monotonic_nanoseconds = {
                kernel().plain(.clock, -1) {
                    libc().monotonic_nanoseconds() + kernel().clockOffset.load(ordering: .relaxed)
                }
            }
        }
    }

    private func libc() -> clinux_kernel { clinux_kernel_of_libc() }

    private func kernel() -> ScriptedKernel {
        // SAFETY: `run` retains the kernel for good before it installs it.
        unsafe Unmanaged<ScriptedKernel>.fromOpaque(clinux_kernel_context()!).takeUnretainedValue()
    }
#endif

// The scripted kernel behind the seam.
#if DEBUG
    import CLinux
    import Glibc

    extension ScriptedKernel {
        /// The table, for good: threads may outlive whoever started them.
        // SAFETY: written once, before anybody can see it; nobody writes it afterwards.
        nonisolated(unsafe) private static let installed: UnsafeMutablePointer<clinux_kernel> = {
            let table = UnsafeMutablePointer<clinux_kernel>.allocate(capacity: 1)
            unsafe table.initialize(to: makeTable())
            return unsafe table
        }()

        private static var current: ScriptedKernel {
            // SAFETY: `run` retains the kernel for good before it installs it.
            unsafe Unmanaged<ScriptedKernel>.fromOpaque(clinux_kernel_context()!).takeUnretainedValue()
        }

        /// Calls the function with its calls, and those of the threads that it starts, under the script.
        ///
        /// The kernel is never freed after that: a thread may still be using it.
        public func run<R>(_ body: () throws -> R) rethrows -> R {
            // SAFETY: both table and kernel live for ever.
            unsafe clinux_install_kernel(Self.installed, Unmanaged.passRetained(self).toOpaque())
            defer { clinux_install_kernel(nil, nil) }
            return try body()
        }

        private static func makeTable() -> clinux_kernel {
            var table = clinux_kernel_of_libc()
            table.close = { ScriptedKernel.current.close($0) }
            unsafe table.accept4 = { unsafe ScriptedKernel.current.accept4($0, $1, $2, $3) }
            unsafe table.recv = { unsafe ScriptedKernel.current.recv($0, $1, $2, $3) }
            unsafe table.send = { fd, bytes, count, flags in
                ScriptedKernel.current.transfer(.send, fd, count) { unsafe clinux_kernel_of_libc().send(fd, bytes, $0, flags) }
            }
            unsafe table.read = { fd, bytes, count in
                ScriptedKernel.current.transfer(.read, fd, count) { unsafe clinux_kernel_of_libc().read(fd, bytes, $0) }
            }
            unsafe table.write = { fd, bytes, count in
                ScriptedKernel.current.transfer(.write, fd, count) { unsafe clinux_kernel_of_libc().write(fd, bytes, $0) }
            }
            addSockets(to: &table)
            addEvents(to: &table)
            return table
        }

        private static func addSockets(to table: inout clinux_kernel) {
            table.socket = { domain, type, protocol_ in
                ScriptedKernel.current.plain(.socket, -1) { clinux_kernel_of_libc().socket(domain, type, protocol_) }
            }
            unsafe table.bind = { fd, address, length in
                ScriptedKernel.current.plain(.bind, fd) { unsafe clinux_kernel_of_libc().bind(fd, address, length) }
            }
            table.listen = { fd, backlog in
                ScriptedKernel.current.plain(.listen, fd) { clinux_kernel_of_libc().listen(fd, backlog) }
            }
            unsafe table.connect = { fd, address, length in
                ScriptedKernel.current.plain(.connect, fd) { unsafe clinux_kernel_of_libc().connect(fd, address, length) }
            }
            unsafe table.getsockname = { fd, address, length in
                ScriptedKernel.current.plain(.getsockname, fd) { unsafe clinux_kernel_of_libc().getsockname(fd, address, length) }
            }
            unsafe table.setsockopt = { fd, level, name, value, length in
                ScriptedKernel.current.plain(.setsockopt, fd) {
                    unsafe clinux_kernel_of_libc().setsockopt(fd, level, name, value, length)
                }
            }
            unsafe table.getsockopt = { fd, level, name, value, length in
                ScriptedKernel.current.plain(.getsockopt, fd) {
                    unsafe clinux_kernel_of_libc().getsockopt(fd, level, name, value, length)
                }
            }
            table.shutdown = { fd, how in
                ScriptedKernel.current.plain(.shutdown, fd) { clinux_kernel_of_libc().shutdown(fd, how) }
            }
            table.queued_bytes = { fd in
                ScriptedKernel.current.plain(.queuedBytes, fd) { clinux_kernel_of_libc().queued_bytes(fd) }
            }
        }

        private static func addEvents(to table: inout clinux_kernel) {
            unsafe table.poll = { entries, count, timeout in
                ScriptedKernel.current.plain(.poll, -1) { unsafe clinux_kernel_of_libc().poll(entries, count, timeout) }
            }
            table.epoll_create = { ScriptedKernel.current.plain(.epollCreate, -1) { clinux_kernel_of_libc().epoll_create() } }
            table.epoll_ctl = { epoll, operation, fd, events, data in
                let call: KernelCall =
                    operation == EPOLL_CTL_ADD ? .epollAdd : operation == EPOLL_CTL_MOD ? .epollModify : .epollDelete
                return ScriptedKernel.current.plain(call, fd) {
                    clinux_kernel_of_libc().epoll_ctl(epoll, operation, fd, events, data)
                }
            }
            unsafe table.epoll_wait = { epoll, events, capacity, timeout in
                ScriptedKernel.current.plain(.epollWait, epoll) {
                    unsafe clinux_kernel_of_libc().epoll_wait(epoll, events, capacity, timeout)
                }
            }
            table.eventfd = { value, flags in
                ScriptedKernel.current.plain(.eventfd, -1) { clinux_kernel_of_libc().eventfd(value, flags) }
            }
            table.signalfd = { signals, flags in
                ScriptedKernel.current.plain(.signalfd, -1) { clinux_kernel_of_libc().signalfd(signals, flags) }
            }
            table.monotonic_nanoseconds = {
                ScriptedKernel.current.plain(.clock, -1) { clinux_kernel_of_libc().monotonic_nanoseconds() }
            }
        }
    }
#endif

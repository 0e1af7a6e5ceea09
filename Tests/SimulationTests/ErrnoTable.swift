// What every error of every call of the event loop comes to, in each state of a connection.
#if DEBUG
    import Glibc
    import SimulatedKernel

    /// The calls of the event loop, the errors that their manual pages name, and the verdicts.
    enum ErrnoTable {
        enum State: CaseIterable {
            /// No connection's, or a client's in the backlog.
            case waiting
            /// Just accepted: the greeting.
            case fresh
            case open, working, writing, lingering
            /// Refused: its line, and its lingering.
            case refused
        }

        enum Verdict {
            /// Nobody notices: the client gets all that it is owed.
            case goesOn
            /// The connection is closed; the server goes on.
            case costsConnection
            /// Clients wait in the backlog for a moment.
            case pauses
            /// The listener is taken out; without another the server leaves.
            case losesListener
            /// The server returns the error to its caller.
            case endsServing
            /// A mistake in the program, that nothing in the world can cause: it traps.
            case traps
        }

        struct Row {
            let call: KernelCall
            let states: [State]
            let errnos: [Int32]
            let verdict: Verdict
        }

        /// accept(2), recv(2), send(2), shutdown(2), epoll_ctl(2), epoll_wait(2), poll(2), select(2) and close(2), the errors of stream sockets
        /// and those of tcp(7) and ip(7) that they may pass on.
        static let manual: [KernelCall: [Int32]] = [
            .accept4: [
                EAGAIN, EBADF, ECONNABORTED, EFAULT, EINTR, EINVAL, EMFILE, ENFILE, ENOBUFS, ENOMEM, ENOTSOCK,
                EOPNOTSUPP,
                EPERM, EPROTO, ENETDOWN, ENOPROTOOPT, EHOSTDOWN, ENONET, EHOSTUNREACH, ENETUNREACH, ENOSR,
                ESOCKTNOSUPPORT,
                EPROTONOSUPPORT, ETIMEDOUT,
            ],
            .recv: [
                EAGAIN, EBADF, ECONNREFUSED, EFAULT, EINTR, EINVAL, ENOMEM, ENOTCONN, ENOTSOCK, ECONNRESET, ETIMEDOUT,
                ENOBUFS,
                EHOSTUNREACH, ENETUNREACH, EPIPE,
            ],
            .send: [
                EACCES, EAGAIN, EALREADY, EBADF, ECONNRESET, EDESTADDRREQ, EFAULT, EINTR, EINVAL, EISCONN, EMSGSIZE,
                ENOBUFS,
                ENOMEM, ENOTCONN, ENOTSOCK, EOPNOTSUPP, EPIPE, ETIMEDOUT, EHOSTUNREACH, ENETUNREACH,
            ],
            .shutdown: [EBADF, EINVAL, ENOTCONN, ENOTSOCK],
            .epollAdd: [EBADF, EEXIST, EINVAL, ELOOP, ENOMEM, ENOSPC, EPERM],
            .epollModify: [EBADF, EINVAL, ENOENT, ENOMEM],
            .epollDelete: [EBADF, EINVAL, ENOENT, ENOMEM],
            .epollWait: [EBADF, EFAULT, EINTR, EINVAL],
            .poll: [EFAULT, EINTR, EINVAL, ENOMEM],
            .select: [EBADF, EINTR, EINVAL, ENOMEM],
            .close: [EBADF, EINTR, EIO, ENOSPC, EDQUOT],
        ]

        /// The states in which the event loop makes a call.
        static let states: [KernelCall: [State]] = [
            .accept4: [.waiting],
            .recv: [.open, .lingering, .refused],
            .send: [.fresh, .open, .working, .writing, .refused],
            .shutdown: [.open, .working, .writing, .refused],
            .epollAdd: [.fresh, .working, .refused],
            .epollModify: [.open, .writing],
            .epollDelete: [.working],
            .epollWait: [.waiting],
            .poll: [.waiting],
            .select: [.waiting],
            .close: [.open, .lingering, .refused],
        ]

        private static let mistakes: [Int32] = [EBADF, EFAULT, ENOTSOCK]
        private static let broken: [Int32] = [
            ECONNRESET, EPIPE, ETIMEDOUT, ENOTCONN, EHOSTUNREACH, ENETUNREACH, ECONNREFUSED, EINVAL, EACCES, EALREADY,
            EDESTADDRREQ, EISCONN, EMSGSIZE, EOPNOTSUPP,
        ]

        static let rows: [Row] = [
            Row(call: .accept4, states: [.waiting], errnos: mistakes, verdict: .traps),
            Row(call: .accept4, states: [.waiting], errnos: [EMFILE, ENFILE, ENOBUFS, ENOMEM], verdict: .pauses),
            Row(
                call: .accept4, states: [.waiting],
                errnos: [
                    EAGAIN, EINTR, ECONNABORTED, EPERM, EPROTO, EOPNOTSUPP, ENETDOWN, ENOPROTOOPT, EHOSTDOWN,
                    ENONET, EHOSTUNREACH, ENETUNREACH, ENOSR, ESOCKTNOSUPPORT, EPROTONOSUPPORT, ETIMEDOUT,
                ], verdict: .goesOn),
            Row(call: .accept4, states: [.waiting], errnos: [EINVAL], verdict: .losesListener),
            Row(call: .recv, states: states[.recv]!, errnos: mistakes, verdict: .traps),
            Row(call: .recv, states: states[.recv]!, errnos: [EAGAIN, EINTR, ENOMEM, ENOBUFS], verdict: .goesOn),
            Row(call: .recv, states: states[.recv]!, errnos: broken, verdict: .costsConnection),
            Row(call: .send, states: states[.send]!, errnos: mistakes, verdict: .traps),
            Row(
                call: .send, states: [.fresh, .open, .working, .writing], errnos: [EAGAIN, EINTR, ENOMEM, ENOBUFS],
                verdict: .goesOn),
            // A refused client's line is sent once, or not.
            Row(
                call: .send, states: [.refused], errnos: [EAGAIN, EINTR, ENOMEM, ENOBUFS], verdict: .costsConnection),
            Row(call: .send, states: states[.send]!, errnos: broken, verdict: .costsConnection),
            Row(call: .shutdown, states: states[.shutdown]!, errnos: [EBADF, ENOTSOCK], verdict: .traps),
            Row(call: .shutdown, states: states[.shutdown]!, errnos: [EINVAL, ENOTCONN], verdict: .costsConnection),
            Row(
                call: .epollAdd, states: states[.epollAdd]!,
                errnos: [EBADF, EEXIST, EINVAL, ELOOP, ENOMEM, ENOSPC, EPERM], verdict: .costsConnection),
            Row(
                call: .epollModify, states: states[.epollModify]!, errnos: [EBADF, EINVAL, ENOENT, ENOMEM],
                verdict: .costsConnection),
            Row(
                call: .epollDelete, states: [.working], errnos: [EBADF, EINVAL, ENOENT, ENOMEM],
                verdict: .costsConnection),
            Row(call: .epollWait, states: [.waiting], errnos: [EINTR], verdict: .goesOn),
            Row(call: .epollWait, states: [.waiting], errnos: [EBADF, EFAULT, EINVAL], verdict: .endsServing),
            // What these are given the kernel copies, and may have no memory for.
            Row(call: .poll, states: [.waiting], errnos: [EINTR, ENOMEM], verdict: .goesOn),
            Row(call: .poll, states: [.waiting], errnos: [EFAULT, EINVAL], verdict: .endsServing),
            Row(call: .select, states: [.waiting], errnos: [EINTR, ENOMEM], verdict: .goesOn),
            Row(call: .select, states: [.waiting], errnos: [EBADF, EINVAL], verdict: .endsServing),
            Row(call: .close, states: states[.close]!, errnos: [EBADF], verdict: .traps),
            // The number is free whatever the call returns.
            Row(call: .close, states: states[.close]!, errnos: [EINTR, EIO, ENOSPC, EDQUOT], verdict: .goesOn),
        ]

        static func errnos(of call: KernelCall) -> [Int32] { manual[call]! }

        /// The one verdict on an error, or nil if none or several are listed.
        static func verdict(_ call: KernelCall, _ state: State, _ errno: Int32) -> Verdict? {
            let fitting = rows.filter { $0.call == call && $0.states.contains(state) && $0.errnos.contains(errno) }
            return fitting.count == 1 ? fitting[0].verdict : nil
        }
    }
#endif

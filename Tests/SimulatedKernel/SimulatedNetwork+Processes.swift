// Several processes on one clock: each on a thread of its own, and one of them at a time.
#if DEBUG
    import CLinux

    extension SimulatedNetwork {
        /// Runs a process on each of the kernels until all have ended. The first is the calling thread's.
        public func run(_ processes: [(kernel: SimulatedKernel, body: () -> Void)]) {
            kernels = processes.map(\.kernel)
            for process in processes.dropFirst() { start(process.kernel, process.body) }
            processes[0].kernel.run(processes[0].body)
            processes[0].kernel.hasEnded = true
            // The others end now; the last of them gives the turn back.
            while kernels.count > 1 { give(to: kernels[1], from: kernels[0]) }
            kernels = []
        }

        /// What a thread is told.
        private final class Start {
            let kernel: SimulatedKernel
            let body: () -> Void

            init(_ kernel: SimulatedKernel, _ body: @escaping () -> Void) {
                self.kernel = kernel
                self.body = body
            }
        }

        private func start(_ kernel: SimulatedKernel, _ body: @escaping () -> Void) {
            // SAFETY: the thread takes the reference over. It touches nothing before it is given the turn, and nothing after it has
            // given it back: the threads run one at a time.
            let start = unsafe Unmanaged.passRetained(Start(kernel, body)).toOpaque()
            let result = unsafe clinux_thread_start(
                { unsafe SimulatedNetwork.runThread(Unmanaged<Start>.fromOpaque($0!).takeRetainedValue()) }, start, 0,
                "simulated", .max)
            precondition(result >= 0, "no thread can be started")
        }

        private static func runThread(_ start: Start) {
            let kernel = start.kernel
            kernel.turn.take()
            kernel.run(start.body)
            let network = kernel.network
            network.kernels.removeAll { $0 === kernel }
            network.kernels[0].turn.give()
        }
    }
#endif

extension SimulatedNetwork {
    /// Another process that could go on now.
    func other(than kernel: SimulatedKernel) -> SimulatedKernel? {
        guard kernels.count > 1 else { return nil }
        return kernels.first { $0 !== kernel && $0.canGoOn }
    }

    /// Whether a process loses its processor now.
    func isPreempted() -> Bool { preemptions > 0 && order?.happens(perMille: preemptions) ?? false }

    /// Whether another process goes on, of two that could.
    func prefersOther() -> Bool { order?.happens(perMille: 500) ?? false }

    /// Lets another process run until it waits, or is interrupted.
    func give(to other: SimulatedKernel, from kernel: SimulatedKernel) {
        other.turn.give()
        kernel.turn.take()
    }

    /// When a process that waits goes on, whatever happens.
    var nextDeadline: Int64 { kernels.lazy.compactMap { $0.waiting?.deadline }.min() ?? .max }
}

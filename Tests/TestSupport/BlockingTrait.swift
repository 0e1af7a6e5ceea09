// Threads for tests that block.
import LinuxIO
import Testing

/// Runs tests on threads of their own: the threads that the library runs tests on are as many as the processors, and each test
/// that waits for a process or a socket would keep one from all others.
public struct BlockingTrait: SuiteTrait, TestTrait, TestScoping {
    public var isRecursive: Bool { true }

    public func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        try await withTaskExecutorPreference(BlockingExecutor.shared) { try await function() }
    }
}

extension Trait where Self == BlockingTrait {
    /// The tests wait for processes and sockets.
    public static var blocking: Self { Self() }
}

/// A few threads that run what comes, in its order.
private final class BlockingExecutor: TaskExecutor {
    static let shared = BlockingExecutor()
    /// They wait more than they work; but what they wait for works.
    private static let threads = 4

    private let jobs = Monitor<[UnownedJob]>([])

    private init() {
        for _ in 0..<Self.threads {
            do throws(SystemError) {
                try Thread.start(name: "test", blocking: .none) { [self] in
                    while true {
                        let job = jobs.withLock(when: { !$0.isEmpty }, { $0.removeFirst() })
                        unsafe job.runSynchronously(on: asUnownedTaskExecutor())
                    }
                }
            } catch { preconditionFailure("no thread for tests: \(error)") }
        }
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        jobs.withLock { $0.append(job) }
        jobs.wakeOne()
    }
}

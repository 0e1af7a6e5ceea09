// Tests that fill this process's table of descriptors, and those that need low numbers.
import LinuxIO

/// Keeps tests apart that share the process's descriptors: a server of `select` cannot have numbers from 1024 on, which all have
/// while another test keeps a crowd of clients.
public final class CrowdGate: Sendable {
    public static let shared = CrowdGate()
    /// A crowd may bring numbers up to this.
    public static let mostOfCrowd = 4096

    private struct State {
        var inside = 0
        var isCrowded = false
    }

    private let state = Monitor(State())

    /// Waits until there is no crowd, and keeps one away until `leave()`.
    public func enter() { state.withLock(when: { !$0.isCrowded }) { $0.inside += 1 } }

    public func leave() {
        state.withLock { $0.inside -= 1 }
        state.wakeAll()
    }

    /// Runs a test with a crowd, once nobody needs low numbers.
    public func crowded(_ body: () throws -> Void) rethrows {
        state.withLock(when: { !$0.isCrowded }) { $0.isCrowded = true }
        state.withLock(when: { $0.inside == 0 }) { _ in }
        defer {
            state.withLock { $0.isCrowded = false }
            state.wakeAll()
        }
        try body()
    }
}

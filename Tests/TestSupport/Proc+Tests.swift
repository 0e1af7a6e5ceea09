// What only tests ask about a process.
import LinuxIO

extension Proc {
    /// Whether a signal to the process is pending.
    public func isPending(_ signal: Int32) -> Bool { mask("ShdPnd") >> UInt64(signal - 1) & 1 == 1 }

    /// Processor time of its children that have ended and were waited for, to the hundredth of a second.
    public var endedChildrenTime: Duration {
        let fields = status
        guard fields.count > 14, let user = Int64(fields[13]), let system = Int64(fields[14]) else { return .zero }
        return .milliseconds((user + system) * 10)
    }
}

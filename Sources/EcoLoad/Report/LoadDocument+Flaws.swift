// Documents that no load can have written. They are refused when they are read.

extension LoadDocument {
    public var flaw: String? {
        if runs.isEmpty { return "it has no runs" }
        if plan.sizes.entries.isEmpty { return "its messages have no size" }
        return runs.lazy.compactMap(\.flaw).first
    }
}

extension RunResult {
    /// The longest possible run, in seconds: about a human generation.
    private static let longest = 1e9
    /// The largest possible rate, and time per message in microseconds.
    private static let most = 1e15

    /// What no run can have measured; nil if there is no such value.
    public var flaw: String? {
        if !(0...Self.longest).contains(seconds) { return "a run took \(seconds) s" }
        let counts = [messages, unanswered, plannedMessages, waited, bytesOut, bytesIn]
        let connections = [ledger.asked, ledger.connected, ledger.greeted, ledger.answered] + ledger.fates.values
        if (counts + connections).contains(where: { $0 < 0 }) { return "a run has a count below 0" }
        if rate > Self.most { return "a run has \(messages) messages in \(seconds) s" }
        let shares = [serverMicrosecondsPerMessage ?? 0, generatorMicrosecondsPerMessage]
        if shares.contains(where: { abs($0) > Self.most }) { return "a run took more processor time than there is" }
        return nil
    }
}

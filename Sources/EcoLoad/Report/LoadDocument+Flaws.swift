// Documents that no load can have written: they are refused when they are read.

extension LoadDocument {
    public var flaw: String? {
        if runs.isEmpty { return "it has no runs" }
        if plan.sizes.entries.isEmpty { return "its messages have no size" }
        return runs.lazy.compactMap(\.flaw).first
    }
}

extension RunResult {
    /// A run is no longer than a generation, in seconds.
    private static let longest = 1e9
    /// No rate, and no time per message in microseconds, is larger.
    private static let most = 1e15

    /// What no run can have come to; nil if there is nothing of the kind.
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

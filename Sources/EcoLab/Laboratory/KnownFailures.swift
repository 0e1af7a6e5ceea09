// What a server has shown that it cannot do.

/// Failures that have happened often enough not to be waited for again.
struct KnownFailures {
    private var reasons: [String: [String]] = [:]

    private static func key(_ entrant: String, _ setting: String, _ step: String) -> String {
        "\(entrant)\n\(setting)\n\(step)"
    }

    /// Why a step is not tried any more; nil as long as it is. Who fails twice has shown it; who serves one client at a time was
    /// known not to serve two.
    func reason(_ entrant: String, _ setting: String, _ step: String, servesSeveral: Bool) -> String? {
        let all = reasons[Self.key(entrant, setting, step)] ?? []
        return all.count >= (servesSeveral ? 2 : 1) ? all[0] : nil
    }

    /// Notes a failure that was measured; says whether it is the first one of its kind.
    mutating func note(_ reason: String, _ entrant: String, _ setting: String, _ step: String) -> Bool {
        let key = Self.key(entrant, setting, step)
        reasons[key, default: []].append(reason)
        return reasons[key]?.count == 1
    }
}

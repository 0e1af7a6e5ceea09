// Durations as text for people.
import LinuxIO

extension Duration {
    /// In its two largest units: `850 ms`, `12 s`, `3 min 5 s`, `2 h 14 min`, `5 d 3 h`.
    public var told: String {
        let seconds = nanoseconds / 1_000_000_000
        func units(_ size: Int64, _ name: String, _ part: Int64, _ partName: String) -> String {
            let rest = seconds % size / part
            return "\(seconds / size) \(name)" + (rest == 0 ? "" : " \(rest) \(partName)")
        }
        switch seconds {
        case ..<1: return "\(nanoseconds / 1_000_000) ms"
        case ..<60: return "\(seconds) s"
        case ..<3600: return units(60, "min", 1, "s")
        case ..<86400: return units(3600, "h", 60, "min")
        default: return units(86400, "d", 3600, "h")
        }
    }
}

// The kernel's counters of listening sockets.
import LinuxIO

/// What this machine's kernel counted for all listening sockets during the run, the server's or not.
public struct ListenQueue: Sendable, Codable, Equatable {
    /// Connections that found a full queue, and requests that were dropped for any reason. /proc/net/netstat.
    public var overflows = 0
    public var drops = 0
}

extension ListenQueue {
    /// The kernel's counts until now.
    static var now: Self {
        let lines = (SystemFile.text(at: "/proc/net/netstat") ?? "").split(separator: "\n").filter {
            $0.hasPrefix("TcpExt:")
        }
        guard lines.count == 2 else { return Self() }
        let names = lines[0].split(separator: " ")
        let values = lines[1].split(separator: " ")
        func value(_ name: String) -> Int {
            names.firstIndex { $0 == name }.flatMap { $0 < values.count ? Int(values[$0]) : nil } ?? 0
        }
        return Self(overflows: value("ListenOverflows"), drops: value("ListenDrops"))
    }

    static func - (left: Self, right: Self) -> Self {
        Self(overflows: left.overflows - right.overflows, drops: left.drops - right.drops)
    }
}

// Which processors servers and generator run on.
import LinuxIO

/// Where servers and the generator run: each on its own processor, if there are two.
public struct Placement: Sendable, Codable, Equatable {
    public var server: Int
    /// The generator's, and this program's own.
    public var generator: Int

    public var isShared: Bool { server == generator }

    /// Two of those that this process may use, on different cores if possible.
    public static var current: Self {
        let all = Processors.allowed
        let first = all.first ?? 0
        let siblings = Processors.siblings(of: first)
        let second = all.first { !siblings.contains($0) } ?? all.dropFirst().first ?? first
        return Self(server: first, generator: second)
    }
}

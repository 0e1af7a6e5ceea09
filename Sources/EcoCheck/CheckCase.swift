// A case: one requirement on a server.
public import Support

/// One requirement on a server.
public struct CheckCase: Sendable, Identifiable {
    /// What a case needs besides a server that accepts connections.
    public enum Need: Sendable {
        /// A server that serves several clients at the same time.
        case severalClients
        /// A server that the checker has started, so that it can inspect its process.
        case process
        /// A server that no client has connected to yet.
        case freshServer
        /// A server that need not survive the case.
        case lastOfServer
    }

    /// The section of Docs/protocol.md, a point, and a number within it: `3.2`.
    public let id: String
    public let level: Level
    public let title: Text
    /// The common mistake of servers that fail it.
    public let mistake: Mistake
    public let needs: Set<Need>
    /// Returns if the server meets the requirement.
    let run: @Sendable (Bench) throws(CaseStop) -> Void

    init(
        _ id: String, _ level: Level, _ title: Text, _ mistake: Mistake, needs: Set<Need> = [],
        run: @escaping @Sendable (Bench) throws(CaseStop) -> Void
    ) {
        self.id = id
        self.level = level
        self.title = title
        self.mistake = mistake
        self.needs = needs
        self.run = run
    }

    /// The points that it is worth.
    public var points: Int { CheckCatalog.points(id) }

    /// The section of Docs/protocol.md.
    public var section: String { String(id.prefix { $0 != "." }) }
}

/// Why a case was not completed.
enum CaseStop: Error {
    case failed(Finding)
    /// The checker cannot inspect it on this machine, or there was not enough time.
    case cannotCheck(Text)
    /// It needs something that another case has already found missing.
    case prevented(Text)
    /// The case's time is over, but no silence was too long.
    case outOfTime
}

/// All cases.
public enum CheckCatalog {
    /// In the order of their numbers.
    public static let all: [CheckCase] =
        Greeting.cases + Texts.cases + Echo.cases + EchoOfBytes.cases + Goodbye.cases + End.cases + Refusals.cases
        + SlowClients.cases + ManyClients.cases + Leaving.cases + Output.cases

    /// The points of a case. A server that serves one client at a time has missed the point of the lesson; the fine points of UTF-8 and of
    /// goodbyes count less than what breaks every other session. The sum is a hundred.
    static func points(_ id: String) -> Int {
        switch id {
        case "1.4": 16
        case "1.5", "2.6", "2.7", "3.4", "3.5", "3.6", "3.7", "3.8", "3.9", "4.6", "4.7", "4.8", "4.9", "4.10", "5.4",
            "8.1":
            1
        default: 2
        }
    }

    /// The case with this id.
    public static func `case`(_ id: String) -> CheckCase? { all.first { $0.id == id } }
}

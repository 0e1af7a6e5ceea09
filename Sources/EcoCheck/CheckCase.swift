// A case: one thing that a server of the protocol does.
public import Support

/// One thing that is asked of a server.
public struct CheckCase: Sendable, Identifiable {
    /// What a case needs besides a server that can be connected to.
    public enum Need: Sendable {
        /// A server that serves several clients at the same time.
        case severalClients
        /// A server that the checker has started itself, and whose process it can look at.
        case process
        /// One that nobody has talked to yet.
        case freshServer
        /// One that need not be there afterwards.
        case lastOfServer
    }

    /// The section of Docs/protocol.md, a point, and a number within it: `3.2`.
    public let id: String
    public let level: Level
    public let title: Text
    /// What servers that fail it commonly got wrong.
    public let mistake: Mistake
    public let needs: Set<Need>
    /// Returns if the server does what is asked of it.
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

    /// What it is worth.
    public var points: Int { CheckCatalog.points(id) }

    /// The section of Docs/protocol.md.
    public var section: String { String(id.prefix { $0 != "." }) }
}

/// Why a case did not come to its end.
enum CaseStop: Error {
    case failed(Finding)
    /// This machine does not let the checker look, or there was no time for it.
    case cannotCheck(Text)
    /// It needs something that another case has found missing already.
    case prevented(Text)
    /// The case has had its time, and nobody was silent for too long.
    case outOfTime
}

/// All cases.
public enum CheckCatalog {
    /// In the order of their numbers.
    public static let all: [CheckCase] =
        Greeting.cases + Texts.cases + Echo.cases + EchoOfBytes.cases + Goodbye.cases + End.cases + Refusals.cases
        + SlowClients.cases + ManyClients.cases + Leaving.cases + Output.cases

    /// What a case is worth. A server that serves one client at a time has missed the point of the lesson; finer points of UTF-8 and
    /// of goodbyes are worth less than what breaks every other session. All together are a hundred.
    static func points(_ id: String) -> Int {
        switch id {
        case "1.4": 16
        case "1.5", "2.6", "2.7", "3.4", "3.5", "3.6", "3.7", "3.8", "3.9", "4.6", "4.7", "4.8", "4.9", "4.10", "5.4",
            "8.1":
            1
        default: 2
        }
    }

    /// The case of this id.
    public static func `case`(_ id: String) -> CheckCase? { all.first { $0.id == id } }
}

// The life of a connection, through everything that may happen in it.
import LinuxIO
import Testing

@testable import EcoServer

/// All that may happen, with numbers that make a difference.
private let events: [(name: String, event: ConnectionEvent)] = [
    ("greeted", .greeted), ("refused", .refused), ("ready", .ready), ("overloaded", .overloaded),
    ("resumed", .resumed), ("received", .received(1)), ("received", .received(2, queued: 1)),
    ("received", .received(1 << 19)), ("handedOver", .handedOver), ("nothingRead", .nothingRead(queued: 0)),
    ("nothingRead", .nothingRead(queued: 1)), ("endOfStream", .endOfStream), ("ends", .ends), ("answered", .answered),
    ("pends", .pends), ("sendingEnded", .sendingEnded(owed: 0)), ("sendingEnded", .sendingEnded(owed: 3)),
    ("acknowledged", .acknowledged(2)), ("delivered", .delivered), ("serverLeaves", .serverLeaves(queued: 0)),
    ("serverLeaves", .serverLeaves(queued: 2)),
    ("passesUrgentMark", .passesUrgentMark), ("ceases", .ceases),
]

/// A connection, and what has become of it so far.
private struct Course: Hashable {
    var life = ConnectionLife()
    /// Whether its sending side has ended, or is about to.
    var hasEndedSending = false

    static func == (left: Self, right: Self) -> Bool {
        left.life == right.life && left.hasEndedSending == right.hasEndedSending
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(life.state)
        hasher.combine(life.flags.rawValue)
        hasher.combine(life.amount)
        hasher.combine(hasEndedSending)
    }

    /// Each course that may follow, by what happens and what is to be done.
    var next: [(name: String, event: ConnectionEvent, step: ConnectionStep, course: Self)] {
        events.flatMap { name, event in
            [false, true].compactMap { isServerLeaving in
                // Only a limit on what is dropped tells small numbers apart there, and there would be a million of them.
                if case .received(let count, _) = event, count < 1 << 19, life.state == .lingering { return nil }
                var course = self
                guard let step = course.life.move(event, isServerLeaving) else { return nil }
                if step == .endSending || event == .refused { course.hasEndedSending = true }
                return (name, event, step, course)
            }
        }
    }
}

/// All courses that there are, from the beginning, and from where each is reached.
private struct Courses {
    var all: Set<Course> = [Course()]
    var before: [Course: [(ConnectionEvent, Course)]] = [:]
    /// What is in the table: by state and event, each state that follows with what is to be done.
    var table: [String: Set<String>] = [:]

    init() {
        var todo = Array(all)
        while let course = todo.popLast() {
            for (name, event, step, next) in course.next {
                before[next, default: []].append((event, course))
                table["\(course.life.state) \(name)", default: []].insert("\(next.life.state): \(step)")
                if all.insert(next).inserted { todo.append(next) }
            }
        }
    }
}

@Suite("The life of a connection")
struct ConnectionLifeTests {
    private static let courses = Courses()

    /// What holds whatever happened: nil, or what does not.
    private static func fault(_ before: Course, _ step: ConnectionStep, _ after: Course) -> String? {
        let life = after.life
        if before.life.state == .closed { return "something happens after its end" }
        if (step == .close) != (life.state == .closed) { return "it is closed, and nobody is told" }
        if step == .read, life.state != .open { return "it is read from" }
        let isOver = !life.flags.isDisjoint(with: [.ending, .endOfStream])
        if step == .read, isOver { return "it is read from after its end" }
        if step == .flush, life.state != .writing { return "what does not pend is sent" }
        let isOfSending: [ConnectionStep] = [.read, .flush, .finish, .endSending]
        if before.hasEndedSending, isOfSending.contains(step) { return "something is sent after the end" }
        if life.state == .delivering || life.state == .lingering, !after.hasEndedSending {
            return "its sending side has not ended"
        }
        if life.state == .halfClosing, !life.flags.contains(.ending) { return "it ends, and nobody has decided so" }
        if before.life.flags.contains(.refused), ![.discard, .wait, .close].contains(step) { return "it is served" }
        if step == .discard, !before.hasEndedSending { return "what it has said is dropped" }
        return nil
    }

    @Test("keeps its invariants at every event in every reachable state")
    func invariants() {
        for course in Self.courses.all {
            for (name, _, step, next) in course.next {
                if let fault = Self.fault(course, step, next) {
                    Issue.record("\(course.life), \(name): \(fault) (\(step), \(next.life))")
                }
            }
        }
        let states = Set(Self.courses.all.map(\.life.state))
        #expect(states == Set(ConnectionState.allCases))
    }

    @Test("keeps its invariants in every sequence of three events from every reachable state")
    func sequences() {
        func walk(_ course: Course, _ length: Int) -> Int {
            if length == 0 { return 1 }
            return course.next.reduce(0) { sum, next in
                if let fault = Self.fault(course, next.step, next.course) { Issue.record("\(course.life): \(fault)") }
                return sum + walk(next.course, length - 1)
            }
        }
        #expect(Self.courses.all.reduce(0) { $0 + walk($1, 3) } > 100_000)
    }

    @Test("can reach its end from every state without being aborted")
    func ends() {
        var ending = Self.courses.all.filter { $0.life.state == .closed }
        var todo = Array(ending)
        while let course = todo.popLast() {
            for (event, before) in Self.courses.before[course] ?? [] where event != .ceases {
                if ending.insert(before).inserted { todo.append(before) }
            }
        }
        let stuck = Self.courses.all.subtracting(ending)
        #expect(stuck.isEmpty, "\(stuck.map(\.life))")
    }

    @Test("takes 6 bytes")
    func size() { #expect(MemoryLayout<ConnectionLife>.size == 6) }

    /// The table in the documents, in Markdown.
    private static var table: String {
        var text = "| in state | what happens | then, and what is to be done |\n|---|---|---|\n"
        for state in ConnectionState.allCases {
            var told: Set<String> = []
            for (name, _) in events where told.insert(name).inserted {
                guard let outcomes = courses.table["\(state) \(name)"] else { continue }
                text += "| `\(state)` | \(name) | \(outcomes.sorted().joined(separator: "; ")) |\n"
            }
        }
        return text
    }

    @Test("has the same table in the documents as in the source")
    func documents() throws {
        let root = #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }
        let text = try #require(SystemFile.text(at: "\(root)/Docs/architecture.md"))
        let parts = text.split(separator: "<!-- life:begin -->\n", maxSplits: 1)
        try #require(parts.count == 2)
        #expect(parts[1].hasPrefix("\(Self.table)<!-- life:end -->"), "\(Self.table)")
    }
}

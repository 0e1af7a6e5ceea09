// The life of a connection, through everything that may happen in it.
import LinuxIO
import Testing

@testable import EcoServer

/// All courses that there are, from the beginning.
private struct Courses {
    private(set) var all: Set<ConnectionCourse> = [ConnectionCourse()]
    /// From where each is reached, and by what.
    private(set) var before: [ConnectionCourse: [(event: ConnectionEvent, course: ConnectionCourse)]] = [:]
    /// What does not hold, each once.
    private(set) var faults: Set<String> = []

    init() {
        var todo = Array(all)
        while let course = todo.popLast() {
            for (name, event) in ConnectionCourse.events where course.mayHappen(event) {
                for isServerLeaving in [false, true] {
                    var next = course
                    let happens = "\(course.life.state), \(name)"
                    guard let step = next.take(event, isServerLeaving: isServerLeaving) else {
                        faults.insert("\(happens): it is not taken")
                        continue
                    }
                    if let fault = next.fault(
                        after: event, isServerLeaving: isServerLeaving, from: course, step)
                    {
                        faults.insert("\(happens): \(fault) (\(step))")
                    }
                    before[next, default: []].append((event, course))
                    if all.insert(next).inserted { todo.append(next) }
                }
            }
        }
    }
}

@Suite("The life of a connection")
struct ConnectionLifeTests {
    private static let courses = Courses()

    /// A course has the whole past that the invariants ask about. So these are all sequences, however long, and not only those up to a
    /// length.
    @Test("keeps its invariants in every sequence of events, of any length, and takes every event that may happen")
    func sequences() {
        #expect(Self.courses.faults.isEmpty, "\(Self.courses.faults.sorted().joined(separator: "\n"))")
        let states = Set(Self.courses.all.map(\.life.state))
        #expect(states == Set(ConnectionState.allCases))
        #expect(Self.courses.all.count > 100)
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
        // A client is aborted if its greeting fails.
        let stuck = Self.courses.all.subtracting(ending).filter { $0.life.state != .fresh }
        #expect(stuck.isEmpty, "\(stuck.map(\.life))")
    }

    @Test("keeps its driver's flags, whatever happens, and its own whatever the driver notes")
    func driverFlags() {
        for course in Self.courses.all {
            var other = course.life
            other.driverFlags = [.parked, .excused]
            #expect(other.flags == course.life.flags && other.driverFlags == [.parked, .excused])
            for (_, event) in ConnectionCourse.events {
                var (noted, plain) = (other, course.life)
                let (step, plainStep) = (noted.move(event, false), plain.move(event, false))
                #expect(step == plainStep)
                #expect(noted.driverFlags == [.parked, .excused] && noted.flags == plain.flags)
            }
        }
    }

    @Test("takes 6 bytes")
    func size() { #expect(MemoryLayout<ConnectionLife>.size == 6) }

    // MARK: - The table

    /// The table in the documents, in Markdown: everything that a life takes, whether or not a driver of today reports it.
    private static var table: String {
        var outcomes: [String: Set<String>] = [:]
        var all: [ConnectionLife] = [ConnectionLife()]
        var index = 0
        while index < all.count {
            for (name, event) in ConnectionCourse.events {
                // As in the courses: a million small numbers would not tell more.
                if case .received(let count, _) = event, count < 1 << 19, all[index].state == .lingering { continue }
                for isServerLeaving in [false, true] {
                    var next = all[index]
                    guard let step = next.move(event, isServerLeaving) else { continue }
                    outcomes["\(all[index].state) \(name)", default: []].insert("\(next.state): \(step)")
                    if !all.contains(next) { all.append(next) }
                }
            }
            index += 1
        }
        var text = "| in state | what happens | then, and what is to be done |\n|---|---|---|\n"
        for state in ConnectionState.allCases {
            var told: Set<String> = []
            for (name, _) in ConnectionCourse.events where told.insert(name).inserted {
                guard let outcomes = outcomes["\(state) \(name)"] else { continue }
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
        let table = Self.table
        #expect(parts[1].hasPrefix("\(table)<!-- life:end -->"), "\(table)")
    }
}

// Programs that are started: where they run, what they get, what is seen of them; and folders.
import Foundation
import TestSupport
import Testing

@testable import LinuxIO

@Suite("A program")
struct ProcessTests {
    private static func output(_ command: [String], _ configure: (inout SpawnRequest) -> Void) throws -> String {
        var request = SpawnRequest(command)
        configure(&request)
        let process = try ChildProcess(request)
        #expect(process.waitForExit() == .status(0))
        return process.output
    }

    @Test("runs on the processors that it is given, and its parent stays where it was")
    func processors() throws {
        let before = Processors.allowed
        let last = try #require(before.last)
        let text = try Self.output(["sh", "-c", "grep Cpus_allowed_list /proc/self/status"]) { $0.processors = [last] }
        #expect(text.hasSuffix("\t\(last)\n"))
        #expect(Processors.allowed == before)
        #expect(Processors.siblings(of: last).contains(last))
        #expect(throws: SystemError.self) { try Processors.use([]) }
    }

    @Test("inherits the environment, except what is withheld from it")
    func environment() throws {
        func names(_ omitted: String) throws -> Set<Substring> {
            let text = try Self.output(["env"]) { request in
                request.inheritsEnvironment = true
                request.omittedPrefix = omitted
            }
            return Set(text.split(separator: "\n").compactMap { $0.split(separator: "=").first })
        }
        let all = try names("")
        #expect(all.contains("PATH"))
        #expect(try names("PAT") == all.filter { !$0.hasPrefix("PAT") })
    }

    @Test("reads a text of any length from an anonymous file")
    func input() throws {
        let text = String(repeating: "olá\n", count: 100_000)
        let input = try Descriptor.file(with: text)
        #expect(try Self.output(["cat"]) { $0.descriptors[0] = input.number } == text)
        let nowhere = try Descriptor.nowhere()
        #expect(try Self.output(["cat"]) { $0.descriptors[0] = nowhere.number } == "")
    }

    @Test("leads its own group in the same session, if requested")
    func group() throws {
        let own = try #require(Proc.current.session)
        let text = try Self.output(["sh", "-c", "cut -d' ' -f1,5,6 /proc/self/stat; echo $$"]) { $0.startsGroup = true }
        let numbers = text.split(whereSeparator: \.isWhitespace).compactMap { Int32($0) }
        try #require(numbers.count == 4)
        #expect(numbers[1] == numbers[3] && numbers[2] == own)
    }

    @Test("is visible with its children, its memory, its faults and the use of its ended children")
    func seen() throws {
        var request = SpawnRequest([
            "sh", "-c", "sh -c 'i=0; while [ $i -lt 60000 ]; do i=$((i+1)); done'; sleep 60 & wait",
        ])
        request.startsSession = true
        let process = try ChildProcess(request)
        let proc = Proc(process.pid)
        let deadline = Instant.now + .seconds(20)
        while proc.children.first?.commandLine != "sleep 60", .now < deadline {
            Thread.sleep(for: .milliseconds(5))
        }
        let child = try #require(proc.children.first)
        defer { child.send(signal: 9) }
        #expect(child.parent == process.pid)
        #expect(proc.endedChildrenTime > .zero && proc.endedChildrenFaults > 0 && proc.pageFaults > 0)
        let memory = proc.memory
        #expect(
            memory.resident >= memory.proportional && memory.proportional >= memory.anonymous && memory.anonymous > 0)
        #expect(proc.switches.voluntary > 0)
        let gone = Proc(Int32.max)
        #expect(
            gone.memory == (0, 0, 0, 0) && gone.children.isEmpty && gone.pageFaults == 0
                && gone.endedChildrenTime == .zero && gone.endedChildrenFaults == 0 && !gone.ignores(SIGCHLD))
    }

    @Test("runs at the lowest priority, if its thread asks for it")
    func idle() throws {
        let policy = Monitor("")
        try Thread.start(name: "idle-test") {
            // Refused, it is as it was, and the test says so.
            try? Thread.runWhenIdle()
            let text = SystemFile.text(at: "/proc/thread-self/sched") ?? ""
            policy.withLock {
                $0 = text.split(separator: "\n").first { $0.hasPrefix("policy") }.map(String.init) ?? "none"
            }
            policy.wakeAll()
        }
        #expect(policy.wait(until: .now + .seconds(10)) { !$0.isEmpty })
        // SCHED_IDLE is 5; on a kernel without this file it is unknown.
        #expect(policy.withLock { $0 == "none" || $0.hasSuffix("5") })
    }

    @Test("creates folders and their parents, but not in place of a file")
    func folders() throws {
        let base = FileManager.default.temporaryDirectory.appendingPathComponent("eco-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: base) }
        try Folder.make(base + "/a/b/")
        try Folder.make(base + "/a/b")
        try "x".write(toFile: base + "/a/file", atomically: true, encoding: .utf8)
        #expect(throws: SystemError.self) { try Folder.make(base + "/a/file") }
        #expect(throws: SystemError.self) { try Folder.make(base + "/a/file/below") }
        Folder.removeFile(base + "/a/file")
        Folder.removeFile(base + "/a/file")
        #expect(SystemFile.entries(of: base + "/a") == ["b"])
    }
}

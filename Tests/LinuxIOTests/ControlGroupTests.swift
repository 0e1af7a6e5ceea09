// The kernel's account of processes and what they start, where this machine lets a user make one.
import Glibc
import TestSupport
import Testing

@testable import LinuxIO

@Suite("A control group")
struct ControlGroupTests {
    /// Where a process is, in every hierarchy.
    private static func place(_ pid: Int32) -> String { SystemFile.text(at: "/proc/\(pid)/cgroup") ?? "" }

    private static func group(_ process: Int32, _ version: ControlGroup.Version) -> ControlGroup? {
        ControlGroup(gathering: { [Proc(process)] + Proc(process).children }, versions: [version])
    }

    private static func isPossible(_ version: ControlGroup.Version) throws -> Bool {
        let process = try ChildProcess("sleep", ["100"])
        return withExtendedLifetime(process) { group(process.pid, version) != nil }
    }

    @Test("counts the time of children that are not waited for", arguments: ControlGroup.Version.allCases)
    func lost(version: ControlGroup.Version) throws {
        guard try Self.isPossible(version) else { return }
        let pipe = try Pipe()
        var options = ChildProcess.Options()
        options.standardInput = pipe.readEnd
        // A child of a child computes, and is init's when it ends.
        let work = "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done; echo computed"
        let shell = try ChildProcess(
            "/bin/sh", ["-c", "echo begins; read a; (sh -c '\(work)' &); read a"], options)
        try #require(shell.wait(.output) { $0 == "begins\n" })
        let group = try #require(Self.group(shell.pid, version))
        let before = try #require(group.processorTime)
        #expect(unsafe write(pipe.writeEnd, "\n", 1) == 1)
        try #require(shell.wait(.output) { $0.hasSuffix("computed\n") })
        #expect(Wait.until { group.processes == [Proc(shell.pid)] })
        let after = try #require(group.processorTime)
        // Two hundred thousand turns take a shell some tens of milliseconds, wherever it runs.
        #expect(after - before > .milliseconds(5))
        #expect(Proc(shell.pid).processorTime + Proc(shell.pid).endedChildrenTime < (after - before) / 2)
    }

    @Test(
        "gives its processes back, with what they have started, and is gone", arguments: ControlGroup.Version.allCases)
    func end(version: ControlGroup.Version) throws {
        guard try Self.isPossible(version) else { return }
        let shell = try ChildProcess("/bin/sh", ["-c", "sleep 100 & wait"])
        defer { Proc(shell.pid).children.forEach { $0.send(signal: 9) } }
        try #require(Wait.until { !Proc(shell.pid).children.isEmpty })
        let child = Proc(shell.pid).children[0].pid
        let home = Self.place(shell.pid)
        do {
            let group = try #require(Self.group(shell.pid, version))
            #expect(Set(group.processes.map(\.pid)) == [shell.pid, child])
            #expect([shell.pid, child].allSatisfy { Self.place($0).contains("/eco-\(shell.pid)\n") })
            // Now another observer finds them alone in a group, and leaves them there.
            let other = try #require(Self.group(shell.pid, version))
            #expect(other.processes == group.processes && other.processorTime != nil)
        }
        #expect(Self.place(shell.pid) == home && Self.place(child) == home)
    }

    @Test("is nil if the processes are gone")
    func refused() throws {
        #expect(ControlGroup(gathering: { [] }) == nil)
        #expect(ControlGroup(gathering: { [Proc(Int32.max)] }) == nil)
    }
}

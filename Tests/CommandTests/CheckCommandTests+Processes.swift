// What `eco check` gives to the processes that it starts, and what it leaves of them.
import Glibc
import LinuxIO
import TestSupport
import Testing

extension CheckCommandTests {
    /// How many processes run whose command line has this in it.
    private static func count(_ text: String) -> Int { Proc.all.count { $0.commandLine.contains(text) } }

    /// A check that has come to its second case.
    private static func checking(_ command: String) throws -> ChildProcess {
        let process = try ChildProcess(Eco.path, ["check", "--spawn", command])
        guard process.wait(.output, until: { $0.contains("1.2") }) else {
            throw TestFailure("no case 1.2: \(process.errors)")
        }
        return process
    }

    @Test("leaves nothing running when it is interrupted", arguments: [SIGINT, SIGTERM])
    func interrupted(signal: Int32) throws {
        // A server that starts another one in a session of its own, and so is hard to catch.
        let mark = "eco-marked-\(getpid())-\(signal)"
        let process = try Self.checking("setsid sh -c 'sleep 1000; : \(mark)' & exec \(Self.right) {port}")
        #expect(Self.count(mark) > 0)
        process.send(signal: signal)
        #expect(process.waitForExit() == .status(128 + signal))
        #expect(Self.count(mark) == 0)
    }

    @Test("leaves nothing running when one request comes as two signals, and exits by the first")
    func interruptedTwice() throws {
        let mark = "eco-marked-twice-\(getpid())"
        let process = try Self.checking("sh -c 'sleep 1000; : \(mark)' & exec \(Self.right) {port}")
        #expect(process.sendTogether([SIGINT, SIGTERM]))
        // The kernel hands out the lower number first.
        #expect(process.waitForExit() == .status(128 + SIGINT))
        #expect(Self.count(mark) == 0)
    }

    @Test("leaves nothing running when it ends, even if the server detaches from its command")
    func nothingLeft() throws {
        let mark = "eco-daemon-\(getpid())"
        // The command ends, and its server stays.
        let command = "setsid sh -c '\(Self.right) {port}; : \(mark)' &"
        let outcome = try Eco.run(["check", "--spawn", command, "--only", "1,7.7"], seconds: 60)
        #expect(outcome.exit == .status(0), "\(outcome)")
        #expect(Self.count(mark) == 0)
    }

    @Test("passes variables to the server unchanged, UTF-8 or not")
    func variables() throws {
        let path = "/tmp/eco-variable-\(getpid())"
        defer { unsafe unlink(path) }
        var options = ChildProcess.Options()
        options.launcher = ["/bin/sh", "-c", #"X="$(printf 'caf\351')" exec "$0" "$@""#]
        let command = #"printf %s "$X" | od -An -tx1 > '\#(path)'; exec \#(Self.right) {port}"#
        let outcome = try Eco.run(["check", "--only", "1.1", "--spawn", command], options, seconds: 60)
        #expect(outcome.exit == .status(0), "\(outcome)")
        #expect(SystemFile.text(at: path) == " 63 61 66 e9\n")
    }
}

// Mistakes of the user are reported in one plain line, with the remedy, and a status of sysexits.h.
import Glibc
import LinuxIO
import TestSupport
import Testing

extension String {
    /// One line, with its newline, that no parser or runtime has added to.
    var isOnePlainLine: Bool {
        hasSuffix("\n") && dropLast().allSatisfy { !$0.isNewline } && count > 1 && !contains("Fatal error")
            && !contains("Usage:") && !contains("SystemError(")
    }
}

@Suite("Bad input", .blocking)
struct BadInputTests {
    private static let directory = "/tmp/eco-bad-input-\(getpid())"
    private static let longPath = directory + "/" + String(repeating: "p", count: 120)

    /// Runs a command that cannot be carried out, and checks the form of the complaint.
    private static func complain(
        _ arguments: [String], _ options: ChildProcess.Options = .init(), status: Int32, naming words: String...,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let outcome = try Eco.run(arguments, options)
        #expect(outcome.exit == .status(status), "\(outcome)", sourceLocation: sourceLocation)
        #expect(outcome.output == "", sourceLocation: sourceLocation)
        #expect(outcome.errors.isOnePlainLine, "\(outcome.errors)", sourceLocation: sourceLocation)
        #expect(outcome.errors.hasPrefix("eco: "), "\(outcome.errors)", sourceLocation: sourceLocation)
        for word in words {
            #expect(outcome.errors.contains(word), "\(outcome.errors)", sourceLocation: sourceLocation)
        }
    }

    @Test(
        "on the command line names the value and the remedy, with status 64",
        arguments: [
            (["--port", "65536"], "65536", "give 0 to 65535"), (["--port", "-1"], "-1", "give 0 to 65535"),
            (["--port", "http"], "http", "give 0 to 65535"), (["--model", "forks"], "forks", "reactor"),
            (["--workers", "0"], "0", "give 1"), (["--workers", "many"], "many", "give 1"),
            (["--simulate", "sleep"], "sleep", "sleep:5ms"), (["--simulate", "sleep:5"], "sleep:5", "sleep:5ms"),
            (["--simulate", "nap:5ms"], "nap:5ms", "sleep:5ms"), (["--simulate", "cpu:-5us"], "cpu:-5us", "cpu:200us"),
            (["--simulate", "sleep:99999999999999999999s"], "sleep:99999999999999999999s", "sleep:5ms"),
            (["--max-clients", "0"], "0", "give"), (["--max-clients", "all"], "all", "give"),
            (["--max-clients-per-address", "0"], "0", "give"), (["--max-pending", "64M"], "64M", "give"),
            (["--max-pending", "0"], "0", "give"), (["--backlog", "-1"], "-1", "give"),
            (["--idle-timeout", "0"], "0", "seconds"), (["--idle-timeout", "soon"], "soon", "seconds"),
            (["--idle-timeout", "nan"], "nan", "seconds"), (["--write-timeout", "1e99"], "1e99", "seconds"),
            (["--drain-timeout", "-3"], "-3", "seconds"), (["--keepalive", "maybe"], "maybe", "seconds, or off"),
            (["--invalid-utf8", "ignore"], "ignore", "keep or close"), (["--log-level", "loud"], "loud", "debug"),
            (["--colour"], "--colour", "--help"), (["nonsense"], "nonsense", "--help"), (["--port"], "--port", "give"),

            (["--max-clients", "99999999999999999999"], "99999999999999999999", "give"),
        ])
    func commandLine(arguments: [String], value: String, remedy: String) throws {
        try Self.complain(arguments, status: 64, naming: value, remedy)
    }

    @Test(
        "is known at once: a port in use is 69, and names who may have it",
        arguments: ["127.0.0.1", "::1", "localhost"])
    func portInUse(host: String) throws {
        try SpawnedServer.serving(["--host", host]) { server throws in
            try Self.complain(
                ["--port", "\(server.port)", "--host", host], status: 69, naming: "port \(server.port) is in use",
                "give another --port")
        }
    }

    @Test("such as a host that does not resolve is 68, and one that is not this machine's 69")
    func hosts() throws {
        try Self.complain(["--host", ""], status: 68, naming: "''", "--host")
        try Self.complain(["--host", "nobody.invalid"], status: 68, naming: "nobody.invalid", "--host")
        try Self.complain(["--port", "0", "--host", "300.1.2.3"], status: 68, naming: "300.1.2.3", "--host")
        try Self.complain(["--port", "0", "--host", "203.0.113.7"], status: 69, naming: "203.0.113.7", "--host")
    }

    @Test("such as a limit that the system does not allow is 71, and says what would be needed")
    func limits() throws {
        var options = ChildProcess.Options()
        options.descriptorLimit = 256
        try Self.complain(
            ["--port", "0", "--max-clients", "1000"], options, status: 71, naming: "1,000 clients", "256", "ulimit",
            "--max-clients")
        options.descriptorLimit = 16
        try Self.complain(["--port", "0"], options, status: 71, naming: "16", "ulimit")
    }

    @Test("such as a port that takes privileges is 77")
    func privilegedPort() throws {
        var options = ChildProcess.Options()
        // Root, without what makes it root here; a person's own privileges end before that port anyway.
        if geteuid() == 0 {
            options.launcher = [
                "setpriv", "--bounding-set=-net_bind_service", "--inh-caps=-net_bind_service", "--",
            ]
        }
        try #require(
            SystemFile.number(at: "/proc/sys/net/ipv4/ip_unprivileged_port_start") ?? 1024 > 7,
            "this machine gives every port to everybody: sysctl -w net.ipv4.ip_unprivileged_port_start=1024")
        try Self.complain(["--port", "7", "--host", "127.0.0.1"], options, status: 77, naming: "port 7", "give --port")
    }

    @Test("such as a path that cannot be bound: 73 without its directory, 64 if it is too long, 77 where nobody may")
    func paths() throws {
        unsafe mkdir(Self.directory, 0o700)
        defer { unsafe rmdir(Self.directory) }
        let missing = Self.directory + "/missing/eco.sock"
        try Self.complain(["--unix", missing], status: 73, naming: missing, "--unix")
        try Self.complain(["--unix", Self.longPath], status: 64, naming: Self.longPath, "107")
        try Self.complain(["--unix", ""], status: 64, naming: "--unix")
        // Not even root makes files there.
        try Self.complain(["--unix", "/sys/eco.sock"], status: 77, naming: "/sys/eco.sock", "--unix")
        try Self.complain(["--unix", Self.directory], status: 73, naming: Self.directory, "--unix")
        let file = Self.directory + "/file"
        Descriptor.close(unsafe open(file, O_CREAT | O_WRONLY, 0o600))
        defer { unsafe unlink(file) }
        try Self.complain(["--unix", file + "/eco.sock"], status: 73, naming: file, "--unix")
    }

    @Test(
        "such as a negative number, or a word that no command takes, has the remedy of that command",
        arguments: [
            (["status", "-1"], "-1 is out of range: give a process id or a port"),
            (["status", "foo"], "'foo' is invalid for '<pid|port>': give a process id or a port"),
            (["explain", "-3"], "-3 is neither a case nor a page: eco check --list"),
            (["check", "-1"], "-1 is not a server's address: give host:port"),
            (["check", "localhost"], "localhost has no port: give host:port, like localhost:9090"),
            (["compare", "-1"], "-1 is not an option: see eco compare --help"),
            (["-1"], "-1 is not an option: see eco --help"),
            (["doctor", "-1"], "-1 is out of range: give a whole number of clients"),
        ])
    func others(arguments: [String], complaint: String) throws {
        try Self.complain(arguments, status: 64, naming: complaint)
    }

    @Test("to the doctor is reported the same way", arguments: ["x", "0", "-1", "1.5", "99999999999999999999"])
    func doctor(argument: String) throws {
        try Self.complain(["doctor", argument], status: 64, naming: argument, "give")
    }

    /// Starts eco with what a shell makes of these words: bytes that Swift's text cannot have.
    private static func throughShell(_ words: String) -> ChildProcess.Options {
        var options = ChildProcess.Options()
        options.launcher = ["/bin/sh", "-c", words]
        return options
    }

    @Test(
        "that is not UTF-8 is refused, and never taken for another path",
        arguments: [
            (#"exec "$0" --unix "$(printf '/tmp/eco-caf\351')""#, #"argument 2, /tmp/eco-caf\xE9, is not UTF-8"#),
            (#"exec "$0" serve --host "$(printf 'caf\351')""#, #"argument 3, caf\xE9, is not UTF-8"#),
            (#"exec "$0" check --spawn "$(printf './caf\351') {port}""#, #"argument 3, ./caf\xE9 {port}, is"#),
            (#"exec "$0" load 1 --json "$(printf '\377')""#, #"argument 4, \xFF, is not UTF-8"#),
            (
                #"ECO_UNIX="$(printf '/tmp/eco-caf\351')" exec "$0""#,
                #"ECO_UNIX=/tmp/eco-caf\xE9 in the environment is not UTF-8"#
            ),
            (#"ECO_HOST="$(printf 'caf\351')" exec "$0""#, #"ECO_HOST=caf\xE9 in the environment"#),
        ])
    func notUTF8(words: String, complaint: String) throws {
        try Self.complain([], Self.throughShell(words), status: 64, naming: complaint)
        #expect(SystemFile.entries(of: "/tmp").allSatisfy { !$0.hasPrefix("eco-caf") })
    }

    @Test("that is not UTF-8 in a variable that nobody asks for costs nothing")
    func otherVariables() throws {
        let words = #"X="$(printf 'caf\351')" LANG="$X" ECO_PORT="$X" exec "$0" --port 0 --help"#
        #expect(try Eco.run([], Self.throughShell(words)).exit == .status(0))
        let named = #"exec env "$(printf 'ECO_CAF\351=1')" "$0" --port 0 --host nobody.invalid"#
        try Self.complain([], Self.throughShell(named), status: 68, naming: "nobody.invalid")
    }

    @Test("such as a port that a connection has come from is 69, and says that nothing listens there")
    func portOfConnection() throws {
        try SpawnedServer.serving { server throws in
            let client = try ClientSocket(.ipv4)
            try client.bind(to: .loopback(port: 0))
            #expect(client.connect(to: .loopback(port: server.port)) == .inProgress)
            let port = try #require(Socket.localPort(client.number))
            #expect(Wait.until { !PortUse.connections(at: port).isEmpty })
            for host in ["127.0.0.1", "0.0.0.0", "::"] {
                try Self.complain(
                    ["--port", "\(port)", "--host", host], status: 69,
                    naming: "port \(port) is in use", "as the local port of a connection",
                    "ss -tanp 'sport = :\(port)'")
            }
            try Self.complain(
                ["--port", "\(server.port)", "--host", "127.0.0.1"], status: 69,
                naming: "stop the server that listens there",
                "ss -tanp 'sport = :\(server.port)'")
        }
    }
}

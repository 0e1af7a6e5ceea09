// The table of the options of `eco load`.
import EcoLoad

enum LoadRow {
    /// The plan's defaults, so that no number is written twice.
    private static let defaults = LoadPlan()
    private static let ofHold = LoadPlan(.hold)
    /// A week.
    static let longestSeconds = 7 * 86_400.0

    private static func time(_ least: Double = 0, like examples: String) -> OptionValues {
        .quantity(Time.self, least...longestSeconds, like: examples)
    }

    static let address = OptionRow(
        "address", "address", .text("host:port, a port or unix:PATH"),
        "The server's address: host:port, a port of this machine, or unix:PATH.", remedy: ServerAddress.remedy)
    static let clients = OptionRow(
        "clients", "n", .whole(1...10_000_000), default: .number(defaults.clients), "Clients at the same time.")
    static let size = OptionRow(
        "size", "bytes", .quantity(Sizes.self, Sizes.bytes, like: "16k, or 64:80%,1024:20% with 100 % in all"),
        default: .number(defaults.sizes.entries[0].bytes), "Bytes of a message: 64, or 64:80%,1024:15%,16384:5%.",
        details: "The newline is included.")
    static let depth = OptionRow(
        "depth", "n", .whole(1...10_000), default: .described("\(defaults.depth)"), "Messages in flight per client.",
        details: "Exactly this many in a closed loop, at most this many in an open one.")
    static let duration = OptionRow(
        "duration", "time", .quantity(Time.self, .aboveZero(to: longestSeconds), like: "10s, 500ms or 2m"),
        default: usual(\.durationSeconds), "How long to measure: 10s, 500ms, 2m.")
    static let messages = OptionRow(
        "messages", "n", .whole(1...1_000_000_000_000), "Measure until this many messages are answered.",
        details: "There is no warm-up then, unless `--warmup` is given.")
    static let warmup = OptionRow(
        "warmup", "time", time(like: "1s"), default: usual(\.warmupSeconds), "How long to warm up before measuring.")
    static let repeats = OptionRow(
        "repeat", "n", .whole(1...1000), default: .number(defaults.repeats),
        "Run this many times, each time with new connections.")
    static let rate = OptionRow(
        "rate", "rate", .quantity(Rate.self, 0.001...100_000_000, like: "50000 or 50k"),
        "Open loop: this many messages per second in total, whatever the server does.")
    static let arrivals = OptionRow(
        "arrivals", "kind", .cases(of: LoadPlan.Arrivals.self), default: .described(defaults.arrivals.rawValue),
        "How the messages of an open loop are spaced: uniform or poisson.")
    static let ramp = OptionRow(
        "ramp", "time", time(like: "5s"), default: .described(Time.text(defaults.rampSeconds)),
        "Spread the connects over this time.")
    static let think = OptionRow(
        "think", "time", time(like: "100ms"), default: .described(Time.text(defaults.thinkSeconds)),
        "A client's pause between an answer and its next message.")
    static let churn = OptionRow.flag("churn", "Clients connect, are greeted, say tchau, and start over.")
    static let hold = OptionRow.flag("hold", "Clients connect and stay idle; at the end each sends one message.")
    static let timeout = OptionRow(
        "timeout", "time", time(0.1, like: "5s"), default: .value(Time.text(defaults.timeoutSeconds)),
        "Give up a connection, a greeting or an answer after this.")
    static let text = OptionRow(
        "text", "language", .cases(of: LoadPlan.Language.self), default: .value(defaults.language.rawValue),
        "The letters of the texts: ascii or portuguese.", details: "Portuguese has letters of two bytes.")
    static let seed = OptionRow(
        "seed", "number", .whole(0...Int.max, kind: "a whole number"), default: .number(defaults.seed),
        "The seed of the texts.",
        details: "The same plan and seed send the same bytes.")
    static let source = OptionRow(
        "source", "addresses", .form("127.0.0.2, or 127.0.0.2-127.0.0.40"),
        "Source addresses: 127.0.0.2-127.0.0.40.",
        details: """
            They must be addresses of this machine. For a server in 127.0.0.0/8, more clients than one address has ports are spread over \
            several addresses automatically.
            """)
    static let serverProtocol = OptionRow(
        "protocol", "protocol", .cases(of: LoadPlan.ServerProtocol.self),
        default: .value(defaults.serverProtocol.rawValue),
        "The server's protocol: eco, or echo for any plain echo server.",
        details: "A plain echo server has no greeting, no upper case and no goodbye.")
    static let slo = OptionRow(
        "slo", "conditions", .form("conditions like p99<2ms,errors=0,rate>1000"),
        "The objective, on which exit status 0 depends: p99<2ms,errors=0.",
        details: """
            `p50`, `p99.9`, `mean` and `max` are compared with a time, `errors` and `rate` with a number, by `<`, `<=`, `=`, `>=` or `>`. \
            See below.
            """)
    static let findRate = OptionRow(
        "find-rate", "conditions", .form("conditions like p99<2ms"),
        "Find the highest rate that keeps this objective: p99<2ms.",
        details: "See below.")
    static let pid = OptionRow(
        "pid", "pid", .whole(1...Int(Int32.max), kind: "a process id"),
        "The server's process on this machine, to measure what it uses.")
    static let startAt = OptionRow(
        // Until 2096, so that milliseconds are not taken for seconds.
        "start-at", "moment", .quantity(Moment.self, .aboveZero(to: 4e9), like: "2026-11-24T16:00:00Z"),
        "Start the load at this time: seconds since 1970, or 2026-11-24T16:00:00Z.")
    static let threads = OptionRow(
        "threads", "n", .whole(1...64), default: .number(defaults.threads), "Threads of the generator.",
        details: "At most one per client.")
    static let json = OptionRow("json", "file", .text("a file"), "Write all results to this file.")
    static let series = OptionRow("series", "file", .text("a file"), "Write a line per second to this file.")
    static let hgrm = OptionRow(
        "hgrm", "file", .text("a file"), "Write the percentile distribution to this file, in HdrHistogram's format.",
        details: "`--json`, `--series` and `--hgrm` need different files.")

    /// A default that is different for idle clients.
    private static func usual(_ path: KeyPath<LoadPlan, Double>) -> OptionDefault {
        .described("\(Time.text(defaults[keyPath: path])), or \(Time.text(ofHold[keyPath: path])) with --hold")
    }

    static let table = OptionTable(
        command: "load", arguments: [address],
        rows: [
            clients, size, depth, duration, messages, warmup, repeats, rate, arrivals, ramp, think, churn, hold,
            timeout, text, seed, source, serverProtocol, slo, findRate, pid, startAt, threads, json, series, hgrm,
        ])
}

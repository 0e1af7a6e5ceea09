// The options of `eco load`.
import ArgumentParser
import EcoLoad

struct LoadOptions: ParsableArguments {
    @Argument(help: "Where the server listens: host:port, a port of this machine, or unix:PATH.")
    var address: String

    @Option(parsing: .unconditional, help: "Clients at the same time.")
    var clients = 100
    @Option(parsing: .unconditional, help: "Bytes of a message: 64, or 64:80%,1024:15%,16384:5%.")
    var size = Sizes(64)
    @Option(parsing: .unconditional, help: "Messages in flight of each client, at most. (default: 1)")
    var depth: Int?
    @Option(parsing: .unconditional, help: "How long to measure: 10s, 500ms, 2m. (default: 10s)")
    var duration: Time?
    @Option(parsing: .unconditional, help: "Measure until so many messages are answered.")
    var messages: Int?
    @Option(parsing: .unconditional, help: "How long to warm up before. (default: 1s)")
    var warmup: Time?
    @Option(name: .customLong("repeat"), parsing: .unconditional, help: "Run so many times, each with new connections.")
    var repeats = 1
    @Option(parsing: .unconditional, help: "Open loop: so many messages a second in all, whatever the server does.")
    var rate: Rate?
    @Option(help: "Open loop: uniform or poisson. (default: uniform)")
    var arrivals: LoadPlan.Arrivals?
    @Option(parsing: .unconditional, help: "Spread connecting over this time.")
    var ramp: Time?
    @Option(parsing: .unconditional, help: "A client's pause between an answer and its next message.")
    var think: Time?
    @Flag(help: "Clients connect, are greeted, say tchau, and begin anew.")
    var churn = false
    @Flag(help: "Clients connect and are idle; in the end each asks once.")
    var hold = false
    @Option(parsing: .unconditional, help: "Give up a connection or an answer after this.")
    var timeout = Time(5)
    @Option(help: "What texts are made of: ascii or portuguese.")
    var text = LoadPlan.Language.ascii
    @Option(parsing: .unconditional, help: "What the texts begin from.")
    var seed: UInt64 = 1
    @Option(help: ArgumentHelp("Addresses to come from: 127.0.0.2-127.0.0.40.", valueName: "addresses"))
    var source: Sources?
    @Option(name: .customLong("protocol"), help: "What the server speaks: eco, or echo for any plain echo server.")
    var serverProtocol = LoadPlan.ServerProtocol.eco
    @Option(help: ArgumentHelp("What has to hold for exit status 0: p99<2ms,errors=0.", valueName: "conditions"))
    var slo: Objective?
    @Option(help: ArgumentHelp("Find the highest rate at which this holds: p99<2ms.", valueName: "conditions"))
    var findRate: Objective?
    @Option(parsing: .unconditional, help: "The server's process on this machine, to look at what it takes.")
    var pid: Int32?
    @Option(help: "Begin to talk at this moment: seconds since 1970, or 2026-11-24T16:00:00Z.")
    var startAt: Moment?
    @Option(parsing: .unconditional, help: "Threads of the generator.")
    var threads = 1
    @Option(help: ArgumentHelp("Write all results there.", valueName: "file"))
    var json: String?
    @Option(help: ArgumentHelp("Write a line a second there.", valueName: "file"))
    var series: String?
    @Option(help: ArgumentHelp("Write the percentile distribution there, as HdrHistogram does.", valueName: "file"))
    var hgrm: String?
}

extension LoadOptions {
    /// The plan that the options amount to, or what is wrong with them.
    func plan() throws -> LoadPlan {
        try checkRanges()
        try checkCombinations()
        var plan = LoadPlan()
        plan.mode = churn ? .churn : hold ? .hold : .talk
        plan.serverProtocol = serverProtocol
        plan.language = text
        plan.clients = clients
        plan.sizes = size.mix
        plan.depth = depth ?? 1
        plan.rate = rate?.perSecond
        plan.arrivals = arrivals ?? .uniform
        plan.messages = messages
        // A number of messages ends a run by itself.
        plan.durationSeconds = duration?.seconds ?? (messages == nil ? (hold ? 1 : 10) : 86_400 * 7)
        plan.warmupSeconds = warmup?.seconds ?? (messages == nil && !hold ? 1 : 0)
        plan.rampSeconds = ramp?.seconds ?? 0
        plan.thinkSeconds = think?.seconds ?? 0
        plan.timeoutSeconds = timeout.seconds
        plan.seed = seed
        plan.threads = threads
        plan.repeats = repeats
        plan.sources = source?.addresses ?? []
        return plan
    }

    private func checkRanges() throws {
        try require((1...10_000_000).contains(clients), "--clients \(clients)", "give 1 to 10000000")
        try require((1...10_000).contains(depth ?? 1), "--depth \(depth ?? 0)", "give 1 to 10000")
        try require(
            (1...1_000_000_000_000).contains(messages ?? 1), "--messages \(messages ?? 0)", "give 1 to 1000000000000")
        try require((1...1000).contains(repeats), "--repeat \(repeats)", "give 1 to 1000")
        try require((1...64).contains(threads), "--threads \(threads)", "give 1 to 64")
        try require(threads <= clients, "--threads \(threads)", "give at most one for each client, \(clients) in all")
        try require(timeout.seconds >= 0.1, "--timeout \(timeout.seconds)", "give 100ms or more")
        try require(duration.map { $0.seconds > 0 } ?? true, "--duration 0", "give more than 0")
        try require(pid.map { $0 > 0 } ?? true, "--pid \(pid ?? 0)", "give the number of a process")
        let inFlight = (depth ?? 1) * (size.mix.entries.map(\.bytes).max() ?? 0)
        try require(
            inFlight <= 1 << 30, "--depth \(depth ?? 1) of such messages", "give less than 1 GiB in flight a client")
    }

    private func checkCombinations() throws {
        if churn, hold { throw Complaint(.usage, "--churn and --hold exclude each other: give one of them") }
        if hold, messages != nil { throw Complaint(.usage, "--hold asks each client once: leave out --messages") }
        try ResultFile.demandOneEach([("--json", json), ("--series", series), ("--hgrm", hgrm)])
        let isSession = churn || hold
        for (option, isGiven) in [
            ("--rate", rate != nil), ("--depth", depth != nil), ("--think", think != nil),
            ("--find-rate", findRate != nil),
        ] where isGiven && isSession {
            throw Complaint(
                .usage, "\(option) means nothing with \(churn ? "--churn" : "--hold"): leave one of them out")
        }
        if serverProtocol == .echo, churn {
            throw Complaint(.usage, "--churn needs a server that says goodbye: leave out --protocol echo")
        }
        if rate != nil || findRate != nil, think != nil {
            throw Complaint(
                .usage, "--think means nothing in an open loop, which has its own pace: leave one of them out")
        }
        if arrivals != nil, rate == nil, findRate == nil {
            throw Complaint(.usage, "--arrivals goes with --rate: give a rate")
        }
        if rate != nil, findRate != nil { throw Complaint(.usage, "--find-rate finds the rate: leave out --rate") }
    }

    private func require(_ isGood: Bool, _ what: String, _ remedy: String) throws {
        if !isGood { throw Complaint(.usage, "\(what) is out of range: \(remedy)") }
    }
}

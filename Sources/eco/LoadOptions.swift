// The options of `eco load`.
import ArgumentParser
import EcoLoad
import Support

struct LoadOptions: ParsableArguments {
    @Argument(LoadRow.address) var address: String
    @Option(LoadRow.clients) var clients: Int
    @Option(LoadRow.size) var size: Sizes
    @Option(LoadRow.depth) var depth: Int?
    @Option(LoadRow.duration) var duration: Time?
    @Option(LoadRow.messages) var messages: Int?
    @Option(LoadRow.warmup) var warmup: Time?
    @Option(LoadRow.repeats) var repeats: Int
    @Option(LoadRow.rate) var rate: Rate?
    @Option(LoadRow.arrivals) var arrivals: LoadPlan.Arrivals?
    @Option(LoadRow.ramp) var ramp: Time?
    @Option(LoadRow.think) var think: Time?
    @Flag(LoadRow.churn) var churn: Bool
    @Flag(LoadRow.hold) var hold: Bool
    @Option(LoadRow.timeout) var timeout: Time
    @Option(LoadRow.text) var text: LoadPlan.Language
    @Option(LoadRow.seed) var seed: UInt64
    @Option(LoadRow.source) var source: Sources?
    @Option(LoadRow.serverProtocol) var serverProtocol: LoadPlan.ServerProtocol
    @Option(LoadRow.slo) var slo: Objective?
    @Option(LoadRow.findRate) var findRate: Objective?
    @Option(LoadRow.pid) var pid: Int32?
    @Option(LoadRow.startAt) var startAt: Moment?
    @Option(LoadRow.threads) var threads: Int
    @Option(LoadRow.json) var json: String?
    @Option(LoadRow.series) var series: String?
    @Option(LoadRow.hgrm) var hgrm: String?
}

extension LoadOptions {
    /// The plan that the options describe, or what is wrong with them.
    func plan() throws -> LoadPlan {
        // Options without a default leave the plan's own; LoadRow has taken the defaults of the others from it.
        var plan = LoadPlan(churn ? .churn : hold ? .hold : .talk)
        plan.serverProtocol = serverProtocol
        plan.language = text
        plan.clients = clients
        plan.sizes = size.mix
        plan.rate = rate?.perSecond
        plan.messages = messages
        // A number of messages ends a run by itself.
        if messages != nil { (plan.durationSeconds, plan.warmupSeconds) = (LoadRow.longestSeconds, 0) }
        if let depth { plan.depth = depth }
        if let arrivals { plan.arrivals = arrivals }
        if let duration { plan.durationSeconds = duration.seconds }
        if let warmup { plan.warmupSeconds = warmup.seconds }
        if let ramp { plan.rampSeconds = ramp.seconds }
        if let think { plan.thinkSeconds = think.seconds }
        plan.timeoutSeconds = timeout.seconds
        plan.seed = seed
        plan.threads = threads
        plan.repeats = repeats
        if let source { plan.sources = source.addresses }
        try checkSums(plan)
        try checkCombinations()
        return plan
    }

    /// Ranges that depend on more than one option.
    private func checkSums(_ plan: LoadPlan) throws {
        if plan.threads > plan.clients {
            throw LoadRow.threads.outOfRange("\(plan.threads)", "give at most one per client, \(plan.clients) in all")
        }
        let largest = plan.sizes.entries.map(\.bytes).max() ?? 0
        if plan.depth * largest > 1 << 30 {
            throw Complaint(
                .usage,
                "\(Count(plan.depth).of("message")) of \(Count(largest)) bytes in flight are more than 1 GiB per client: give a smaller --depth or --size"
            )
        }
    }

    private func checkCombinations() throws {
        if churn, hold { throw Complaint(.usage, "--churn and --hold exclude each other: give only one") }
        if hold, messages != nil {
            throw Complaint(.usage, "--hold sends one message per client: leave out --messages")
        }
        try ResultFile.demandOneEach([("--json", json), ("--series", series), ("--hgrm", hgrm)])
        let isSession = churn || hold
        for (row, isGiven) in [
            (LoadRow.rate, rate != nil), (LoadRow.depth, depth != nil), (LoadRow.think, think != nil),
            (LoadRow.findRate, findRate != nil),
        ] where isGiven && isSession {
            throw Complaint(
                .usage, "\(row.option) has no effect with \(churn ? "--churn" : "--hold"): leave one of them out")
        }
        if serverProtocol == .echo, churn {
            throw Complaint(.usage, "--churn needs a server that answers a goodbye: leave out --protocol echo")
        }
        if rate != nil || findRate != nil, think != nil {
            throw Complaint(
                .usage, "--think has no effect in an open loop, whose pace is fixed by --rate: leave one of them out")
        }
        if arrivals != nil, rate == nil, findRate == nil {
            throw Complaint(.usage, "--arrivals needs --rate: give a rate")
        }
        if rate != nil, findRate != nil { throw Complaint(.usage, "--find-rate finds the rate: leave out --rate") }
    }
}

// `eco load`: puts a load on a server and reports the results.
import ArgumentParser
import EcoLoad
import Glibc
import LinuxIO

struct Load: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Put a load on a server, check every byte, and report the results.",
        discussion: "The word above the figures says how far to trust them: VALID, LOWER BOUND, FAILED or INVALID.",
        subcommands: [LoadRunCommand.self, LoadMerge.self, LoadDiff.self],
        defaultSubcommand: LoadRunCommand.self)
}

struct LoadRunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Put a load on a server (the default of eco load).",
        discussion: """
            eco load localhost:9090                        100 clients, 64 bytes, one message in flight each
            eco load localhost:9090 --rate 50k             open loop: 50,000 messages per second, whatever the server does
            eco load localhost:9090 --find-rate 'p99<2ms'  the highest rate that keeps an objective
            Exit status 0: everything was answered, and --slo was kept; 1: --slo was missed; 70: the figures are INVALID.
            """)

    @OptionGroup var options: LoadOptions

    func run() throws {
        var plan = try options.plan()
        let addresses = try ServerAddress(options.address, allowsPaths: true).addresses
        if let pid = options.pid, Proc(pid).state == nil {
            throw Complaint(.unavailable, "process \(pid) does not exist: check --pid (pgrep -x eco)")
        }
        let load = LoadSession(addresses, options)
        try load.checkStart()
        try load.preflight(plan)
        // Checked before the work, but after everything that makes the work impossible.
        let json = try options.json.map { try ResultFile($0, option: "--json") }
        let series = try options.series.map { try ResultFile($0, option: "--series") }
        let hgrm = try options.hgrm.map { try ResultFile($0, option: "--hgrm") }
        try Interruption.block()
        try Interruption.watch(first: { _ in load.interrupt() }, again: { _exit(128 + $0.rawValue) })

        let search = try options.findRate.map { try load.findRate($0, &plan) }
        let runs = if let search { search.runs } else { try load.run(plan) }
        var document = LoadDocument(version: ecoVersion, target: options.address, plan: plan, runs: runs)
        document.startAt = options.startAt?.secondsSince1970
        document.search = search?.answer
        document.objective = options.slo?.text
        document.missed = options.slo.map { slo in runs.flatMap { slo.judge($0).misses.map(\.text) } }
        try json?.write(document.text)
        try series?.write(document.series)
        try hgrm?.write(document.distribution)
        try LoadVerdict(document).leave(options.slo, search?.answer)
    }
}

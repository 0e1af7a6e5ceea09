// What is seen of the generator, of the server and of the kernel between them.
import LinuxIO

/// What the generator's own process took in the measured window.
public struct GeneratorUse: Sendable, Codable, Equatable {
    public var threads = 1
    public var processorSeconds = 0.0
    /// For how long its threads were ready and had no processor.
    public var waitSeconds = 0.0
    /// Shares of one processor a thread.
    public var processorShare = 0.0
    public var waitShare = 0.0
    public var privateBytes = 0
}

/// What the server's process took in the measured window; known with its process number only.
public struct ServerUse: Sendable, Codable, Equatable {
    public var pid: Int32
    public var processorSeconds: Double
    /// Of one processor; above 1 where it uses several.
    public var processorShare: Double
    /// How much of one processor it left; never below 0.
    public var idleShare: Double
    /// At the window's end.
    public var privateBytes: Int
    public var threads: Int
    public var descriptors: Int
    /// In the window.
    public var voluntarySwitches: Int
    public var involuntarySwitches: Int
}

/// What this machine's kernel counted of its listening sockets in the run, whoever's they are.
public struct ListenQueue: Sendable, Codable, Equatable {
    /// Connections that found a full queue, and requests that were dropped for whatever reason. /proc/net/netstat.
    public var overflows = 0
    public var drops = 0
}

/// A moment's readings, to be subtracted from a later one's.
struct Reading {
    let at: Instant
    let generatorTime: Duration
    let generatorWait: Duration
    let generatorBytes: Int
    let listenQueue: ListenQueue
    let server: ServerReading?
    let bootTime: Instant

    struct ServerReading {
        let time: Duration
        let bytes: Int
        let threads: Int
        let descriptors: Int
        let voluntary: Int
        let involuntary: Int
    }

    init(server pid: Int32?) {
        let own = Proc.current
        at = .now
        bootTime = .sinceBoot
        generatorTime = own.processorTime
        generatorWait = own.waitTime
        generatorBytes = own.privateBytes
        listenQueue = .now
        // One that has gone has no figures.
        server = pid.flatMap { pid in
            let process = Proc(pid)
            guard let state = process.state, state != "Z" else { return nil }
            return ServerReading(
                time: process.processorTime, bytes: process.privateBytes, threads: process.threads.count,
                descriptors: process.descriptors, voluntary: process.voluntarySwitches,
                involuntary: process.involuntarySwitches)
        }
    }

    /// What the generator took since an earlier reading.
    func generator(since begin: Self, threads: Int) -> GeneratorUse {
        let wall = (at - begin.at).seconds
        let time = (generatorTime - begin.generatorTime).seconds
        // A thread that has ended takes its count with it.
        let wait = max(0, (generatorWait - begin.generatorWait).seconds)
        return GeneratorUse(
            threads: threads, processorSeconds: time, waitSeconds: wait,
            processorShare: wall > 0 ? time / wall / Double(threads) : 0,
            waitShare: wall > 0 ? wait / wall / Double(threads) : 0, privateBytes: generatorBytes)
    }

    /// What the server took since an earlier reading.
    func server(since begin: Self, pid: Int32?) -> ServerUse? {
        guard let pid, let server, let before = begin.server else { return nil }
        let wall = (at - begin.at).seconds
        let time = (server.time - before.time).seconds
        let share = wall > 0 ? time / wall : 0
        return ServerUse(
            pid: pid, processorSeconds: time, processorShare: share, idleShare: max(0, 1 - share),
            privateBytes: server.bytes, threads: server.threads, descriptors: server.descriptors,
            voluntarySwitches: server.voluntary - before.voluntary,
            involuntarySwitches: server.involuntary - before.involuntary)
    }
}

extension ListenQueue {
    /// The kernel's counts until now.
    static var now: Self {
        let lines = (SystemFile.text(at: "/proc/net/netstat") ?? "").split(separator: "\n").filter {
            $0.hasPrefix("TcpExt:")
        }
        guard lines.count == 2 else { return Self() }
        let names = lines[0].split(separator: " ")
        let values = lines[1].split(separator: " ")
        func value(_ name: String) -> Int {
            names.firstIndex { $0 == name }.flatMap { $0 < values.count ? Int(values[$0]) : nil } ?? 0
        }
        return Self(overflows: value("ListenOverflows"), drops: value("ListenDrops"))
    }

    static func - (left: Self, right: Self) -> Self {
        Self(overflows: left.overflows - right.overflows, drops: left.drops - right.drops)
    }
}

extension Duration {
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}

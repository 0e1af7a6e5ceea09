// What happened in a simulated kernel, for whoever has to find out why.

/// The last lines of a run, and a fingerprint of all of them.
public struct Trace {
    private enum What {
        case call(KernelCall, fd: Int32, argument: Int, result: Int, by: StaticString)
        case note(StaticString, who: Int, amount: Int)
    }

    private var entries: [(moment: Int64, what: What)] = []
    private var next = 0
    /// How many lines are kept.
    public var capacity = 120
    /// Changes with every call and every note, their order and their moments.
    public private(set) var fingerprint: UInt64 = 0xCBF2_9CE4_8422_2325
    public private(set) var count = 0

    public init() {}

    public mutating func call(
        _ moment: Int64, _ call: KernelCall, _ fd: Int32, _ argument: Int, _ result: Int, by name: StaticString = ""
    ) {
        mix(UInt64(call.rawValue), UInt64(bitPattern: Int64(argument)))
        mix(UInt64(bitPattern: Int64(fd)), UInt64(bitPattern: Int64(result)))
        add(moment, .call(call, fd: fd, argument: argument, result: result, by: name))
    }

    /// Notes what somebody outside did, such as a client; `who` is -1 for nobody in particular.
    public mutating func note(_ moment: Int64, _ text: StaticString, who: Int = -1, amount: Int = 0) {
        mix(UInt64(text.utf8CodeUnitCount), UInt64(bitPattern: Int64(who &* 1_000_003 &+ amount)))
        add(moment, .note(text, who: who, amount: amount))
    }

    private mutating func add(_ moment: Int64, _ what: What) {
        mix(UInt64(bitPattern: moment), 0)
        count += 1
        if entries.count < capacity {
            entries.append((moment, what))
        } else {
            entries[next] = (moment, what)
            next = (next + 1) % capacity
        }
    }

    private mutating func mix(_ first: UInt64, _ second: UInt64) {
        fingerprint = (fingerprint ^ first) &* 0x0000_0100_0000_01B3
        fingerprint = (fingerprint ^ (second &* 0x9E37_79B9_7F4A_7C15)) &* 0x0000_0100_0000_01B3
        fingerprint ^= fingerprint >> 29
    }

    /// The last lines, oldest first.
    public var lines: [String] {
        (entries[next...] + entries[..<next]).map { entry in
            let microseconds = entry.moment / 1000
            let fraction = String(1_000_000 + microseconds % 1_000_000).dropFirst()
            let moment = "\(microseconds / 1_000_000).\(fraction)"
            switch entry.what {
            case .call(let call, let fd, let argument, let result, let name):
                let caller = name.utf8CodeUnitCount > 0 ? "\(name): " : ""
                return "\(moment)  \(caller)\(call)(\(fd), \(argument)) = \(result)"
            case .note(let text, let who, let amount):
                return "\(moment)      \(who >= 0 ? "client \(who) " : "")\(text)\(amount != 0 ? " \(amount)" : "")"
            }
        }
    }
}

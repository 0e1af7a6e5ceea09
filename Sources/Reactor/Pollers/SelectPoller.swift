// select(2): as poll(2), with a bit per descriptor instead of an entry, and without bits for descriptors from 1024 on.
public import LinuxIO
internal import SystemPackage

/// Costs: as `PollPoller`, in proportion to the highest watched descriptor. Descriptors from 1024 on cannot be watched at all: clients
/// beyond that have to be refused.
public struct SelectPoller: Poller, ~Copyable {
    public static var descriptorEnd: Int32 { SelectSets.end }
    public static var name: String { "select(2)" }

    private var sets = SelectSets()
    /// By the descriptor's number.
    private var tokens = CheckedArray<Token>()
    private var ready = ReadyList()
    private let capacity: Int
    /// The descriptor at which the next search for ready ones begins.
    private var first: Int32 = 0

    public init(capacity: Int) throws(SystemError) {
        self.capacity = capacity
        try ready.reserve(capacity)
        guard tokens.fill(Int(SelectSets.end), with: .source(0)) else { throw .noMemoryToWatch }
    }

    public mutating func add(_ descriptor: Int32, _ token: Token, _ interest: Interest) throws(SystemError) {
        guard descriptor < Self.descriptorEnd else { throw SystemError(.tooManyOpenFiles, in: .select) }
        precondition(!interest.isEmpty, "a descriptor is watched for nothing")
        tokens[Int(descriptor)] = token
        sets.set(descriptor, interest)
    }

    public mutating func modify(_ descriptor: Int32, _ token: Token, _ interest: Interest) throws(SystemError) {
        try add(descriptor, token, interest)
    }

    public mutating func remove(_ descriptor: Int32) {
        if descriptor < Self.descriptorEnd { sets.remove(descriptor) }
    }

    /// A closed descriptor in a set fails every wait.
    public mutating func willClose(_ descriptor: Int32) { remove(descriptor) }

    public mutating func wait(nanoseconds: Int64) throws(SystemError) -> Int {
        ready.removeAll()
        guard try sets.wait(timeoutNanoseconds: nanoseconds) > 0 else { return 0 }
        let begin = first
        look(from: begin, below: Self.descriptorEnd)
        look(from: 0, below: begin)
        return ready.count
    }

    /// Takes the ready ones of a range, as long as there is room.
    private mutating func look(from begin: Int32, below end: Int32) {
        var next = begin
        while ready.count < capacity, let descriptor = sets.firstReady(from: next), descriptor < end {
            ready.append(tokens[Int(descriptor)], sets.readiness(descriptor))
            next = descriptor + 1
            first = next % Self.descriptorEnd
            if next == Self.descriptorEnd { break }
        }
    }

    public func event(_ index: Int) -> (token: Token, readiness: Readiness) { ready[index] }
}

// poll(2): every wait passes all watched descriptors to the kernel, which checks each.
public import LinuxIO

/// Costs: nothing per change of interest; the time of a wait is proportional to the number of watched descriptors, even if few are ready:
/// the kernel goes through all of them, and so does the search for the ready ones. 20 bytes per descriptor, and 4 for each number below
/// the highest that was ever watched.
public struct PollPoller: Poller, ~Copyable {
    public static var descriptorEnd: Int32 { .max }
    public static var name: String { "poll(2)" }

    private var list = PollList()
    /// In the order of the list.
    private var tokens = CheckedArray<Token>()
    /// The place of each descriptor in the list plus 1, by its number; 0 if it is not watched.
    private var places = CheckedArray<UInt32>()
    private var ready = ReadyList()
    private let capacity: Int
    /// The place at which the next search for ready ones begins.
    private var first = 0

    public init(capacity: Int) throws(SystemError) {
        self.capacity = capacity
        try ready.reserve(capacity)
    }

    public mutating func add(_ descriptor: Int32, _ token: Token, _ interest: Interest) throws(SystemError) {
        precondition(place(descriptor) == nil, "the descriptor is watched already")
        precondition(!interest.isEmpty, "a descriptor is watched for nothing")
        while places.count <= Int(descriptor) {
            guard places.append(0) else { throw .noMemoryToWatch }
        }
        guard tokens.append(token) else { throw .noMemoryToWatch }
        guard list.append(descriptor, interest) else {
            tokens.remove(at: tokens.count - 1)
            throw .noMemoryToWatch
        }
        places[Int(descriptor)] = UInt32(list.count)
    }

    public mutating func modify(_ descriptor: Int32, _ token: Token, _ interest: Interest) throws(SystemError) {
        guard let place = place(descriptor) else { preconditionFailure("the descriptor is not watched") }
        list.set(place, interest)
        tokens[place] = token
    }

    public mutating func remove(_ descriptor: Int32) {
        guard let place = place(descriptor) else { return }
        places[Int(descriptor)] = 0
        list.remove(at: place)
        tokens.remove(at: place)
        // The last one has moved to its place.
        if place < list.count { places[Int(list.descriptor(place))] = UInt32(place + 1) }
    }

    public mutating func willClose(_ descriptor: Int32) { remove(descriptor) }

    public mutating func wait(nanoseconds: Int64) throws(SystemError) -> Int {
        ready.removeAll()
        var left = min(try list.wait(timeoutNanoseconds: nanoseconds), capacity)
        guard left > 0 else { return 0 }
        if first >= list.count { first = 0 }
        var place = first
        repeat {
            let readiness = list.readiness(place)
            if readiness != [] {
                precondition(!readiness.contains(.closed), "a watched descriptor was closed")
                ready.append(tokens[place], readiness)
                left -= 1
            }
            place = place + 1 == list.count ? 0 : place + 1
        } while left > 0 && place != first
        first = place
        return ready.count
    }

    public func event(_ index: Int) -> (token: Token, readiness: Readiness) { ready[index] }

    private func place(_ descriptor: Int32) -> Int? {
        guard descriptor < places.count, places[Int(descriptor)] != 0 else { return nil }
        return Int(places[Int(descriptor)]) - 1
    }
}

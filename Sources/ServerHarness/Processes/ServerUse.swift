// What a server has used.

/// What the server's processes took in the measured window, all together; known with a process number only.
public struct ServerUse: Sendable, Codable, Equatable {
    public var pid: Int32
    /// Nil if that is not known: processes have come or gone, and no control group has counted their time.
    public var processorSeconds: Double?
    /// Of one processor; above 1 where it uses several.
    public var processorShare: Double?
    /// How much of one processor it left; never below 0.
    public var idleShare: Double?
    /// At the window's end.
    public var privateBytes: Int
    public var threads: Int
    public var descriptors: Int
    /// In the window: counted from before the warm-up until after it, so as not to disturb it, and scaled to its length.
    public var voluntarySwitches: Int
    public var involuntarySwitches: Int
    public var pageFaults: Int?
    /// True if processes have come or gone: a process that ends takes its counts with it, so that there were at least so many. Nil
    /// in older documents.
    public var areCountsLeast: Bool?
    /// Before the first client came, and at the window's end, with all clients there.
    public var before: Footprint?
    public var after: Footprint?

    /// What it would have taken in a window so many times as long.
    public mutating func scale(by factor: Double) {
        processorSeconds? *= factor
        func scaled(_ count: Int) -> Int { Int(exactly: (Double(count) * factor).rounded()) ?? count }
        voluntarySwitches = scaled(voluntarySwitches)
        involuntarySwitches = scaled(involuntarySwitches)
        pageFaults = pageFaults.map(scaled)
    }
}

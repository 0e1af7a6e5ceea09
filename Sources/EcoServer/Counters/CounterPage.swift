// What one loop or thread counts.
internal import EcoProtocol
internal import Synchronization

/// A page of counters. One thread writes it, or several threads in turn under a lock; any thread may read it at any time.
///
/// It is memory of a fixed shape, so that its writer can place it anywhere, or processes can share it. Counting is a load and a store: no
/// operation locks the bus, because there is only one writer.
@safe
struct CounterPage: BitwiseCopyable, Sendable {
    static var byteCount: Int { CounterPlace.count * MemoryLayout<Atomic<UInt64>>.stride }

    // SAFETY: its places are atomic, and the memory outlives the page: see `init`.
    nonisolated(unsafe) private let places: UnsafeMutablePointer<Atomic<UInt64>>

    /// Begins a page of zeros.
    ///
    /// - Parameter memory: `byteCount` bytes, aligned to 8, which belong to the page as long as it is in use.
    @unsafe
    init(at memory: UnsafeMutableRawPointer) {
        let places = unsafe memory.bindMemory(to: Atomic<UInt64>.self, capacity: CounterPlace.count)
        for index in 0..<CounterPlace.count { unsafe (places + index).initialize(to: Atomic(0)) }
        unsafe self.places = places
    }

    subscript(place: CounterPlace) -> UInt64 {
        @inline(__always) get { unsafe places[place.index].load(ordering: .relaxed) }
        @inline(__always) nonmutating set { unsafe places[place.index].store(newValue, ordering: .relaxed) }
    }

    /// Adds to a counter. (No `+=` on a subscript: under the thread sanitizer Swift 6.3.1 does not compile it.)
    @inline(__always)
    func add(_ count: UInt64, to place: CounterPlace) { self[place] = self[place] &+ count }

    /// Takes back what was counted too early, or for nothing.
    func take(_ count: UInt64, from place: CounterPlace) { self[place] = self[place] &- count }

    /// Counts an answer.
    @inline(__always)
    func count(_ answer: Answer) {
        add(UInt64(answer.texts), to: .texts)
        add(UInt64(answer.invalidBytes), to: .invalidBytes)
    }

    /// Sets all to 0.
    func clear() { for index in 0..<CounterPlace.count { self[CounterPlace(index)] = 0 } }

    func isSame(as other: CounterPage) -> Bool { unsafe places == other.places }
}

// All pages of a server.
internal import LinuxIO

/// The pages of all loops and threads that serve. They are added up on request.
@safe
final class CounterPages: Sendable {
    private struct State: ~Copyable, Sendable {
        /// There is room for all that were reserved.
        var pages = CheckedArray<CounterPage>()
        /// The figures of retired pages.
        var retired = ServerCounters()
    }

    private let state = Monitor(State())
    // SAFETY: the memory of `common`; written once, and freed with the last reference.
    nonisolated(unsafe) private let memory: UnsafeMutableRawPointer
    /// For what happens once per client if several threads serve: the thread that holds the admission's lock writes it.
    let common: CounterPage

    init() {
        let memory = UnsafeMutableRawPointer.allocate(byteCount: CounterPage.byteCount, alignment: 64)
        unsafe self.memory = memory
        common = unsafe CounterPage(at: memory)
    }

    deinit { unsafe memory.deallocate() }

    /// Makes room for this many pages at the same time. False if there is no memory for it.
    func reserve(_ count: Int) -> Bool { state.withLock { $0.pages.reserve(count) } }

    /// Adds a page; it has to be retired before its memory is freed.
    func add(_ page: CounterPage) {
        let hasRoom = state.withLock { $0.pages.append(page) }
        precondition(hasRoom, "no room was reserved for a page of counters")
    }

    /// Takes over the figures of a page, and sets it to 0.
    func retire(_ page: CounterPage) {
        state.withLock { state in
            for index in 0..<state.pages.count where state.pages[index].isSame(as: page) {
                state.pages.remove(at: index)
                break
            }
            state.retired.add(page)
            page.clear()
        }
    }

    /// The sum of all pages. They are read one after the other, while their writers may change them.
    var sum: ServerCounters {
        state.withLock { state in
            var sum = state.retired
            sum.add(common)
            for index in 0..<state.pages.count { sum.add(state.pages[index]) }
            return sum
        }
    }
}

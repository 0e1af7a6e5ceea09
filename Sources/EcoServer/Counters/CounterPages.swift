// All pages of a server.
internal import LinuxIO

/// The pages of all who serve, which are added up when somebody asks.
@safe
final class CounterPages: Sendable {
    private struct State: ~Copyable, Sendable {
        /// There is room for all that were reserved.
        var pages = CheckedArray<CounterPage>()
        /// What those have counted whose pages are gone.
        var retired = ServerCounters()
    }

    private let state = Monitor(State())
    // SAFETY: the memory of `common`; written once, and given back with the last reference.
    nonisolated(unsafe) private let memory: UnsafeMutableRawPointer
    /// For what happens once per client, where several threads serve: whoever holds the lock on the admission writes it.
    let common: CounterPage

    init() {
        let memory = UnsafeMutableRawPointer.allocate(byteCount: CounterPage.byteCount, alignment: 64)
        unsafe self.memory = memory
        common = unsafe CounterPage(at: memory)
    }

    deinit { unsafe memory.deallocate() }

    /// Makes room for so many pages at the same time. False if there is no memory for it.
    func reserve(_ count: Int) -> Bool { state.withLock { $0.pages.reserve(count) } }

    /// Counts a page in; it has to be retired before its memory goes.
    func add(_ page: CounterPage) {
        let hasRoom = state.withLock { $0.pages.append(page) }
        precondition(hasRoom, "no room was reserved for a page of counters")
    }

    /// Takes over what a page has counted, and sets it to 0.
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

    /// What has been counted. Pages are read one after the other, while others may write them.
    var sum: ServerCounters {
        state.withLock { state in
            var sum = state.retired
            sum.add(common)
            for index in 0..<state.pages.count { sum.add(state.pages[index]) }
            return sum
        }
    }
}

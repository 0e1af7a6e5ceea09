// Allocations that fail when a test wants them to.
import CountAllocations

/// Which allocations of the threads that obey it are to fail. Any thread may change it.
@safe
public final class AllocationPlan: Sendable {
    /// Whether allocations can be made to fail in this build.
    public static var isPossible: Bool { count_allocations_is_on() }

    // SAFETY: it lives for ever, and its functions may be called by any thread.
    nonisolated(unsafe) private let plan = unsafe allocation_plan_make()

    public init() {}

    /// The calling thread's allocations follow this plan from now on.
    public func obey() { unsafe allocation_plan_obey(plan) }

    /// The calling thread's allocations follow no plan any more.
    public static func disobey() { allocation_plan_obey(nil) }

    /// Calls the function on the calling thread, whose allocations follow this plan meanwhile.
    public func obeyed<Result>(by body: () throws -> Result) rethrows -> Result {
        obey()
        defer { Self.disobey() }
        return try body()
    }

    /// Calls the function on the calling thread, which obeys this plan, without any plan: for expectations, of which the test library
    /// keeps notes in memory of its own.
    public func lifted<Result>(_ body: () throws -> Result) rethrows -> Result {
        Self.disobey()
        defer { obey() }
        return try body()
    }

    /// Lets the next allocations of these sizes fail; `count` nil is all of them.
    public func fail(_ sizes: ClosedRange<Int>, count: Int? = nil) {
        unsafe allocation_plan_fail(plan, sizes.lowerBound, sizes.upperBound, count ?? -1)
    }

    public func fail(atLeast size: Int, count: Int? = nil) { fail(size ... .max, count: count) }

    /// Lets nothing fail any more; counts the living blocks of these sizes from now on.
    public func watch(_ sizes: ClosedRange<Int>) { fail(sizes, count: 0) }

    /// How many allocations have failed.
    public var failed: Int { unsafe allocation_plan_failed(plan) }

    /// How many more blocks of the sizes last given its threads have allocated than freed.
    public var live: Int { unsafe allocation_plan_live(plan) }
}

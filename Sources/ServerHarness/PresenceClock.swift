// This process's own time: while it does not run, no server is late.
public import LinuxIO

/// A clock that stands still while its thread does not run.
///
/// Whoever watches a server works in short steps, waits in short looks, and reads this clock between them. For what a step took
/// beyond what was meant to be waited, and beyond the processor time that it used, it was away: stopped (SIGSTOP), suspended with
/// its machine, or without a processor. A server that was asked something goes on meanwhile, so its answer waits to be read.
public final class PresenceClock {
    /// The clocks that it is made of; a test plays its own.
    struct Source {
        /// Goes on while the machine is suspended.
        var elapsed: () -> Instant = { .sinceBoot }
        /// Goes on only while the thread works.
        var worked: () -> Duration = { Thread.processorTime }
        var wait: (inout [Poll.Entry], Duration) -> Void = { Poll.wait(&$0, timeout: $1) }
    }

    /// Less than this is what a busy machine makes of any step.
    static let leastAbsence = Duration.milliseconds(100)

    private let source: Source
    private var lastElapsed: Instant
    private var lastWorked: Duration
    /// How long it was away in all.
    public private(set) var absence = Duration.zero

    public convenience init() { self.init(Source()) }

    init(_ source: Source) {
        self.source = source
        lastElapsed = source.elapsed()
        lastWorked = source.worked()
    }

    /// This moment.
    public var now: Instant {
        notice(waited: .zero)
        return Instant(nanoseconds: lastElapsed.nanoseconds - absence.nanoseconds)
    }

    /// Waits until a descriptor is ready or time is up. Returns whether it was there all the while.
    @discardableResult
    public func wait(_ entries: inout [Poll.Entry], timeout: Duration) -> Bool {
        let before = absence
        waiting(atMost: timeout) { source.wait(&entries, timeout) }
        return absence == before
    }

    /// Calls a function that waits by itself.
    public func waiting<Result>(atMost limit: Duration, _ body: () -> Result) -> Result {
        notice(waited: .zero)
        defer { notice(waited: limit) }
        return body()
    }

    /// Lets time go by.
    public func pause(_ duration: Duration) {
        var nobody: [Poll.Entry] = []
        wait(&nobody, timeout: duration)
    }

    /// Whether something comes about within so much of this clock's time; looked at every few milliseconds, for what no
    /// descriptor announces, and once more when time is up.
    public func look(every interval: Duration = .milliseconds(5), for limit: Duration, until isSo: () -> Bool) -> Bool {
        let deadline = now + limit
        while !isSo() {
            if now >= deadline { return isSo() }
            pause(interval)
        }
        return true
    }

    private func notice(waited: Duration) {
        let (elapsed, worked) = (source.elapsed(), source.worked())
        let away = elapsed - lastElapsed - waited - (worked - lastWorked)
        if away > Self.leastAbsence { absence += away }
        (lastElapsed, lastWorked) = (elapsed, worked)
    }
}

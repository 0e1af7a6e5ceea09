// The checker's own time: while it does not run, no server is late.
import LinuxIO

/// A clock that stands still while the checker does not run.
///
/// The checker works in short steps, waits in short looks, and reads this clock between them. What a step took beyond what was
/// meant to be waited, and beyond the processor time that it used, the checker was away: stopped (SIGSTOP), suspended with its
/// machine, or without a processor. A server that was asked something goes on meanwhile, so its answer waits to be read.
final class CheckerClock {
    /// The clocks that it is made of; a test plays its own.
    struct Source {
        /// Goes on while the machine is suspended.
        var elapsed: () -> Instant = { .sinceBoot }
        /// Goes on only while the checker's thread works.
        var worked: () -> Duration = { Thread.processorTime }
        var wait: (inout [Poll.Entry], Duration) -> Void = { Poll.wait(&$0, timeout: $1) }
    }

    /// Less than this is what a busy machine makes of any step.
    static let leastAbsence = Duration.milliseconds(100)

    private let source: Source
    private var lastElapsed: Instant
    private var lastWorked: Duration
    /// How long the checker was away in all.
    private(set) var absence = Duration.zero

    init(_ source: Source = Source()) {
        self.source = source
        lastElapsed = source.elapsed()
        lastWorked = source.worked()
    }

    /// This moment.
    var now: Instant {
        notice(waited: .zero)
        return Instant(nanoseconds: lastElapsed.nanoseconds - absence.nanoseconds)
    }

    /// Waits until a descriptor is ready or time is up. Returns whether the checker was there all the while.
    @discardableResult
    func wait(_ entries: inout [Poll.Entry], timeout: Duration) -> Bool {
        let before = absence
        waiting(atMost: timeout) { source.wait(&entries, timeout) }
        return absence == before
    }

    /// Calls a function that waits by itself.
    func waiting<Result>(atMost limit: Duration, _ body: () -> Result) -> Result {
        notice(waited: .zero)
        defer { notice(waited: limit) }
        return body()
    }

    /// Lets time go by.
    func pause(_ duration: Duration) {
        var nobody: [Poll.Entry] = []
        wait(&nobody, timeout: duration)
    }

    /// Whether something comes about within so much of this clock's time; looked at every few milliseconds, for what no
    /// descriptor announces, and once more when time is up.
    func look(every interval: Duration = .milliseconds(5), for limit: Duration, until isSo: () -> Bool) -> Bool {
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

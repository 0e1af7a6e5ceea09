// This process's own time, which stands still while the process does not run, so that no server seems late.
public import LinuxIO

/// A clock that stands still while its thread does not run.
///
/// A program that watches a server works and waits in short steps, and reads this clock between them. If a step took
/// longer than the planned wait plus the processor time that it used, the process was absent for the difference:
/// stopped (SIGSTOP), suspended with its machine, or without a processor. The server goes on meanwhile, so its answer
/// is waiting to be read.
public final class PresenceClock {
    /// The clocks that it is made of; a test supplies its own.
    struct Source {
        /// Goes on while the machine is suspended.
        var elapsed: () -> Instant = { .sinceBoot }
        /// Goes on only while the thread works.
        var worked: () -> Duration = { Thread.processorTime }
        var wait: (inout [Poll.Entry], Duration) -> Void = { Poll.wait(&$0, timeout: $1) }
    }

    /// Shorter absences are normal on a busy machine.
    static let leastAbsence = Duration.milliseconds(100)

    private let source: Source
    private var lastElapsed: Instant
    private var lastWorked: Duration
    /// How long it was absent in total.
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

    /// Waits until a descriptor is ready or time is up. Returns whether it was present all the time.
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

    /// Lets time pass.
    public func pause(_ duration: Duration) {
        var nobody: [Poll.Entry] = []
        wait(&nobody, timeout: duration)
    }

    /// Whether a condition becomes true within this much of this clock's time. It is polled every few milliseconds, for conditions that no
    /// descriptor reports, and once more when time is up.
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

// The current second of a run.

/// Collects the answers of a second until it ends.
struct RunningSecond {
    var sample = SecondSample(second: 0)
    /// The times of its answers; those planned in the window go on to the run's times.
    var times = Times()
    /// When it ends, in nanoseconds of the monotonic clock.
    private(set) var end = Int64.max

    /// Begins the first second: number 0 is the window's first; those of the warm-up are below.
    mutating func start(at start: Int64, window: Int64) {
        let warmup = window - start
        sample = SecondSample(second: warmup > 0 ? -Int((warmup + 999_999_999) / 1_000_000_000) : 0)
        end = window + Int64(sample.second + 1) * 1_000_000_000
    }

    /// Goes on to the next second.
    mutating func advance() {
        times.reset()
        sample = SecondSample(second: sample.second + 1)
        end &+= 1_000_000_000
    }
}

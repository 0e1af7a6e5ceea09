// Waiting for what no descriptor announces.
import Glibc
import LinuxIO

public enum Wait {
    /// Looks every few milliseconds whether something is so, for so long at most; says whether it came about.
    ///
    /// Only for what no descriptor announces: the files of /proc, a counter.
    public static func until(seconds: Int = 20, _ isReady: () throws -> Bool) rethrows -> Bool {
        let deadline = Instant.now + .seconds(seconds)
        while try !isReady() {
            if .now >= deadline { return false }
            pause(.milliseconds(2))
        }
        return true
    }

    /// Lets time go by, where a test is about time.
    public static func pause(_ duration: Duration) { Thread.sleep(for: duration) }
}

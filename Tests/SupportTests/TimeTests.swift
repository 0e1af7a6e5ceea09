// Times as people write them and read them.
import LinuxIO
import Support
import Testing

@Suite("Times")
struct TimeTests {
    private static let all = Set(TimeValue.Unit.allCases)

    @Test(
        "are written as a number and a unit",
        arguments: [
            ("7ns", 7), ("500us", 500_000), ("1.5ms", 1_500_000), ("10s", 10e9), ("2m", 120e9), ("1h", 3600e9),
            ("0s", 0), (".5s", 5e8),
        ])
    func written(text: String, nanoseconds: Double) throws {
        let time = try #require(TimeValue(text, units: Self.all))
        #expect(time.nanoseconds == nanoseconds && abs(time.seconds - nanoseconds / 1e9) <= 1e-15 * nanoseconds)
    }

    @Test(
        "are refused in any other form",
        arguments: ["", "s", "ms", "5", "-1s", "nans", "infs", "1e999s", "5 s", " 5s", "5s ", "5sec", "5min", "5ms5"])
    func refused(text: String) { #expect(TimeValue(text, units: Self.all) == nil) }

    @Test("have the units that an option takes, and the one that it implies")
    func units() {
        #expect(TimeValue("5", units: [.milliseconds], implied: .seconds)?.seconds == 5)
        #expect(TimeValue("5ms", units: [.milliseconds], implied: .seconds)?.seconds == 0.005)
        for text in ["5s", "5us", "5h"] { #expect(TimeValue(text, units: [.milliseconds], implied: .seconds) == nil) }
        #expect(TimeValue("5s", units: [], implied: .seconds) == nil)
    }

    @Test(
        "are told in the largest unit of which they are a whole number, so that they can be written so",
        arguments: [
            (0, "0"), (1e-9, "1ns"), (0.1, "100ms"), (1.5, "1500ms"), (5, "5s"), (59, "59s"), (60, "1m"), (3600, "1h"),
            (86_400 * 7, "168h"),
        ] as [(Double, String)])
    func told(seconds: Double, text: String) throws {
        #expect(TimeValue.text(seconds: seconds, units: Self.all) == text)
        let time = try #require(TimeValue(text, units: Self.all, implied: .seconds))
        #expect(abs(time.seconds - seconds) <= 1e-9 * seconds)
    }

    @Test(
        "that were measured have three digits",
        arguments: [
            (0, "0.00 us"), (63_249, "63.2 us"), (999_499, "999 us"), (999_500, "1.00 ms"), (1_044_000, "1.04 ms"),
            (12_345_678, "12.3 ms"), (999_500_000, "1.00 s"), (2_000_000_000, "2.00 s"), (123_000_000_000, "123 s"),
        ])
    func measured(nanoseconds: UInt64, text: String) {
        #expect(TimeText(nanoseconds).description == text)
    }

    @Test("below zero count as none")
    func negative() { #expect(TimeText(seconds: -1).description == "0.00 us") }

    @Test(
        "have two units at most if they are long",
        arguments: [
            (Duration.milliseconds(5), "5 ms"), (.seconds(59), "59 s"), (.seconds(245), "4 min 5 s"),
            (.seconds(7200), "2 h"), (.seconds(90_000), "1 d 1 h"),
        ])
    func long(duration: Duration, text: String) { #expect(duration.told == text) }

    @Test(
        "have at most two decimals in the short form",
        arguments: [
            (Duration.milliseconds(1500), "1.5 s"), (.seconds(5), "5.0 s"), (.seconds(12), "12 s"),
            (.milliseconds(300), "300 ms"), (.microseconds(60), "0.06 ms"), (.milliseconds(12_400), "12 s"),
        ])
    func short(duration: Duration, text: String) { #expect(duration.short == text) }
}

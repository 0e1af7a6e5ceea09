// One request that comes as two signals, and two requests.
import LinuxIO
import Testing

@Suite("Requests to leave")
struct LeaveRequestsTests {
    private func meanings(_ milliseconds: [Int64]) -> [LeaveRequests.Meaning] {
        var requests = LeaveRequests()
        return milliseconds.map { requests.take(at: Instant(nanoseconds: 5_000_000_000 + $0 * 1_000_000)) }
    }

    @Test("within 0.2 s count as one")
    func echoes() {
        #expect(meanings([0]) == [.first])
        #expect(meanings([0, 0, 3, 199, 200]) == [.first, .echo, .echo, .echo, .echo])
    }

    @Test("are two if the second comes later, whatever came between")
    func again() {
        #expect(meanings([0, 201]) == [.first, .again])
        #expect(meanings([0, 2, 150, 201, 202]) == [.first, .echo, .echo, .again, .again])
    }
}

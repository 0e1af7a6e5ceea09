// What a server counts.
import Testing

@testable import EcoServer

@Suite("The counters")
struct CountersTests {
    @Test("are one line of JSON with a number for every cause")
    func json() {
        var counters = ServerCounters()
        counters.accepted = 7
        counters[Ending.goodbye] = 3
        counters[Refusal.full] = 2
        let json = counters.json
        #expect(!json.contains("\n"))
        #expect(json.contains("\"accepted\":7"))
        #expect(json.contains("\"goodbye\":3"))
        #expect(json.contains("\"full\":2"))
        for ending in Ending.allCases { #expect(json.contains("\"\(ending)\":")) }
        for refusal in Refusal.allCases { #expect(json.contains("\"\(refusal)\":")) }
    }
}

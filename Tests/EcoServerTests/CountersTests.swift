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

    @Test("keep their keys and their order: programs read them")
    func keys() {
        var counters = ServerCounters()
        (counters.clients, counters.accepted, counters.longestTurnMicroseconds) = (1, 2, 3)
        for (number, ending) in Ending.allCases.enumerated() { counters[ending] = UInt64(number) }
        #expect(
            counters.json
                == #"{"clients":1,"accepted":2,"refused":{"full":0,"address":0,"descriptors":0,"resources":0},"#
                + #""closed":{"goodbye":0,"endOfStream":1,"broken":2,"idle":3,"writeTimeout":4,"pendingLimit":5,"#
                + #""invalidText":6,"drained":7,"cut":8,"resources":9},"bytesIn":0,"bytesOut":0,"texts":0,"#
                + #""invalidBytes":0,"pendingBytes":0,"clientsNotReadFrom":0,"longestTurnMicroseconds":3,"#
                + #""logLinesDropped":0,"staleEvents":0}"#)
    }

    @Test("stand in the table once each, with what they mean")
    func table() {
        let names = ServerCounters.table.map { "\($0.name).\($0.cause ?? "")" }
        #expect(Set(names).count == names.count)
        #expect(ServerCounters.table.count { $0.name == "closed" } == Ending.allCases.count)
        #expect(ServerCounters.table.count { $0.name == "refused" } == Refusal.allCases.count)
        for row in ServerCounters.table {
            #expect(!row.unit.isEmpty && !row.help.isEmpty && !row.help.hasSuffix("."), "\(row.name)")
        }
    }
}

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

    @Test("each have a place of their own on a page")
    func places() {
        let plain: [CounterPlace] = [
            .clients, .accepted, .bytesIn, .bytesOut, .texts, .invalidBytes, .pendingBytes, .clientsNotReadFrom,
            .longestTurnMicroseconds, .logLinesDropped, .staleEvents,
        ]
        let all = plain + Refusal.allCases.map { .refused($0) } + Ending.allCases.map { .closed($0) }
        #expect(Set(all.map(\.index)).count == all.count)
        #expect(all.allSatisfy { (0..<CounterPlace.count).contains($0.index) })
        #expect(CounterPage.byteCount == 8 * CounterPlace.count)
    }

    @Test("are the sums over all pages, those of ended threads included; the longest turn is the maximum")
    func sum() throws {
        let pages = CounterPages()
        #expect(pages.reserve(2))
        let first = try AnswerMemory(readCapacity: 64)
        let second = try AnswerMemory(readCapacity: 64)
        let own = [first.page, second.page]
        for page in own { pages.add(page) }
        pages.common.add(3, to: .accepted)
        (own[0][.bytesIn], own[1][.bytesIn]) = (5, 7)
        (own[0][.longestTurnMicroseconds], own[1][.longestTurnMicroseconds]) = (40, 30)
        for _ in 0..<2 {
            let sum = pages.sum
            #expect(sum.accepted == 3 && sum.bytesIn == 12 && sum.longestTurnMicroseconds == 40)
            // What a page held stays in the sum, once.
            pages.retire(own[0])
            #expect(own[0][.bytesIn] == 0)
        }
        own[1].add(1, to: .bytesIn)
        #expect(pages.sum.bytesIn == 13)
        // The pages are in their memory until here.
        for page in [first.page, second.page] { pages.retire(page) }
    }

    @Test("can be added up while threads count: no figure is lost, and none goes down")
    func concurrent() async throws {
        let pages = CounterPages()
        #expect(pages.reserve(4))
        let rounds = 20_000
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    let memory = try AnswerMemory(readCapacity: 64)
                    pages.add(memory.page)
                    for _ in 0..<rounds { memory.page.add(1, to: .texts) }
                    pages.retire(memory.page)
                }
            }
            group.addTask {
                var last: UInt64 = 0
                while last < UInt64(4 * rounds) {
                    let texts = pages.sum.texts
                    #expect(texts >= last && texts <= UInt64(4 * rounds))
                    last = texts
                    await Task.yield()
                }
            }
            try await group.waitForAll()
        }
    }

    @Test("are in the table once each, with a unit and a help text")
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

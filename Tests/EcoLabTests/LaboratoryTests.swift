// What a laboratory starts, and when it starts nothing any more.
import EcoLoad
import LinuxIO
import Testing

@testable import EcoLab

@Suite("A laboratory")
struct LaboratoryTests {
    @Test("starts no generator process once everything is being ended")
    func ended() throws {
        let laboratory = Laboratory(executable: "/bin/true", version: "0")
        let order = GeneratorOrder(troubleAt: .loopback(port: 1), seconds: 1)
        _ = try laboratory.begin(order, seconds: 1, as: \.trouble)
        laboratory.interrupt()
        #expect(throws: Laboratory.Failure.self) { try laboratory.begin(order, seconds: 1, as: \.generator) }
        #expect(laboratory.state.withLock { $0.generator == nil })
    }
}

// Who is let in, and what the others are told.
import EcoProtocol
import LinuxIO
import Testing

@testable import EcoServer

@Suite("Admission")
struct AdmissionTests {
    private static func admission(
        _ memory: borrowing AnswerMemory, clients: Int = 2, perAddress: Int? = nil, descriptorEnd: Int32 = .max
    ) -> Admission {
        var configuration = ServerConfiguration()
        configuration.maxClientsPerAddress = perAddress
        return Admission(
            configuration, ServerLimits(maxClients: clients, maxRefusals: 1), memory.page, descriptorEnd: descriptorEnd)
    }

    private static let peer = SocketAddress.ipv4(1, port: 1)

    @Test("stops at the limit on clients and goes on after one has left, with the next client number")
    func limit() throws {
        let memory = try AnswerMemory(readCapacity: 64)
        var admission = Self.admission(memory)
        for number in 1...2 as ClosedRange<UInt64> {
            guard case .admitted(let ticket) = admission.admit(5, Self.peer) else { throw Unexpected() }
            #expect(ticket.number == number && ticket.address == 0)
        }
        guard case .refused(.full) = admission.admit(5, Self.peer) else { throw Unexpected() }
        #expect(admission.refuse(.full) == .full(limit: 2))
        admission.leave(address: 0)
        guard case .admitted(let ticket) = admission.admit(5, Self.peer) else { throw Unexpected() }
        #expect(ticket.number == 3)
        #expect(memory.page[.accepted] == 3 && memory.page[.clients] == 2 && memory.page[.refused(.full)] == 1)
    }

    @Test("that is taken back gives its number to the next client, and its place at its address")
    func takenBack() throws {
        let memory = try AnswerMemory(readCapacity: 64)
        var admission = Self.admission(memory, perAddress: 1)
        for _ in 0..<3 {
            guard case .admitted(let ticket) = admission.admit(5, Self.peer) else { throw Unexpected() }
            #expect(ticket.number == 1)
            admission.takeBack(ticket)
        }
        #expect(memory.page[.accepted] == 0 && memory.page[.clients] == 0)
    }

    @Test("counts clients per address, and gives that limit as the reason of a refusal")
    func addresses() throws {
        let memory = try AnswerMemory(readCapacity: 64)
        var admission = Self.admission(memory, clients: 9, perAddress: 1)
        guard case .admitted(let first) = admission.admit(5, Self.peer) else { throw Unexpected() }
        guard case .refused(.address) = admission.admit(5, .ipv4(1, port: 2)) else { throw Unexpected() }
        #expect(admission.refuse(.address) == .fullForAddress(limit: 1))
        guard case .admitted = admission.admit(5, .ipv4(2, port: 1)) else { throw Unexpected() }
        guard case .admitted = admission.admit(5, .unix("")) else { throw Unexpected() }
        guard case .admitted = admission.admit(5, .unix("")) else { throw Unexpected() }
        admission.leave(address: first.address)
        guard case .admitted = admission.admit(5, Self.peer) else { throw Unexpected() }
        #expect(memory.page[.clients] == 4)
    }

    @Test("refuses by the number of the descriptor, not by how many are open")
    func descriptors() throws {
        let memory = try AnswerMemory(readCapacity: 64)
        var admission = Self.admission(memory, clients: 9, descriptorEnd: 1024)
        guard case .admitted = admission.admit(1023, Self.peer) else { throw Unexpected() }
        guard case .refused(.descriptors) = admission.admit(1024, Self.peer) else { throw Unexpected() }
        // The limit in force is what there is room for.
        #expect(admission.refuse(.descriptors) == .full(limit: 1))
        #expect(memory.page[.clients] == 1)
    }

    @Test("lets no more refused clients linger than the limit allows")
    func lingering() throws {
        let memory = try AnswerMemory(readCapacity: 64)
        var admission = Self.admission(memory)
        #expect(memory.page[.clients] == 0)
        for _ in 0..<2 {
            let first = admission.letLinger(5)
            let second = admission.letLinger(5)
            #expect(first && !second)
            admission.endLingering()
        }
    }

    @Test("lets no refused client linger whose descriptor cannot be watched")
    func lingeringOutOfReach() throws {
        let memory = try AnswerMemory(readCapacity: 64)
        var admission = Self.admission(memory, descriptorEnd: 1024)
        let beyond = admission.letLinger(1024)
        let within = admission.letLinger(1023)
        #expect(!beyond && within)
    }

    private struct Unexpected: Error {}
}

// What `eco doctor` says, and what a limit on descriptors carries.
import Testing

@testable import EcoServer

@Suite("A machine")
struct CapacityTests {
    private let generous = Machine(
        descriptors: 1_000_000, mostDescriptors: 1_000_000, mostFiles: 10_000_000, epollWatches: nil, backlog: 4096,
        trackedConnections: nil, memory: 16 << 30, packetQueue: 20_000, processors: 2)

    private func failures(_ machine: Machine, clients: Int) -> [String] {
        machine.checks(clients: clients).filter { !$0.isMet }.map(\.name)
    }

    @Test("that gives enough of everything passes every check, and nothing needs mending")
    func enough() {
        #expect(failures(generous, clients: 500_000) == [])
        #expect(generous.checks(clients: 500_000).allSatisfy { $0.remedy == nil })
    }

    @Test("that gives too little of one thing fails just that check, with a command that names the number")
    func tooLittle() throws {
        let lacks: [((inout Machine) -> Void, String)] = [
            ({ $0.descriptors = 20_000 }, "descriptors of a process"),
            ({ $0.mostDescriptors = 20_000 }, "descriptors of any process"),
            ({ $0.mostFiles = 20_000 }, "files of the machine"),
            ({ $0.epollWatches = 20_000 }, "epoll watches"),
            ({ $0.backlog = 128 }, "backlog (somaxconn)"),
        ]
        var machine = generous
        for (lack, name) in lacks {
            machine = generous
            lack(&machine)
            #expect(failures(machine, clients: 500_000) == [name])
        }
        #expect(failures(machine, clients: 100) == [])
        machine = generous
        machine.trackedConnections = 262_144
        #expect(failures(machine, clients: 500_000) == ["conntrack"])
        let check = try #require(machine.checks(clients: 500_000).first { !$0.isMet })
        #expect(check.remedy == "sysctl -w net.netfilter.nf_conntrack_max=625000")
        // In a container that is for somebody else to do.
        machine.hasFixedSettings = true
        let contained = try #require(machine.checks(clients: 500_000).first { !$0.isMet })
        #expect(contained.remedy == "sysctl -w net.netfilter.nf_conntrack_max=625000   # on the host")
        machine = generous
        machine.packetQueue = 1_000
        #expect(failures(machine, clients: 60_001) == ["packet queue (netdev_max_backlog)"])
        #expect(failures(machine, clients: 60_000) == [])
        machine = generous
        machine.memory = 1 << 30
        #expect(failures(machine, clients: 500_000) == ["kernel memory"])
        machine.memory = 1 << 20
        #expect(failures(machine, clients: 500_000) == ["kernel memory", "eco's own memory"])
    }

    @Test("limits clients by its descriptors; a billion of them are no reason to plan for a billion clients")
    func limits() throws {
        let configuration = ServerConfiguration()
        #expect(try #require(ServerLimits(configuration, descriptors: 20_000)).maxClients == 20_000 - 32 - 64)
        #expect(try #require(ServerLimits(configuration, descriptors: 1 << 40)).maxClients < 1 << 30)
        #expect(ServerLimits(configuration, descriptors: 33) == nil)
        var asked = configuration
        asked.maxClients = 19_904
        #expect(try #require(ServerLimits(asked, descriptors: 20_000)).maxClients == 19_904)
        asked.maxClients = 19_905
        #expect(ServerLimits(asked, descriptors: 20_000) == nil)
        #expect(ServerLimits.descriptorsNeeded(clients: 19_904) == 20_000)
    }
}

// Files of the kernel's.
import LinuxIO
import Testing

@Suite("A file of the kernel's")
struct SystemFileTests {
    @Test("is read as text, as a number, or not at all")
    func reading() throws {
        #expect(try #require(SystemFile.number(at: "/proc/sys/net/core/somaxconn")) > 0)
        #expect(try #require(SystemFile.memory("MemAvailable")) > 1 << 20)
        #expect(SystemFile.memory("NoSuchField") == nil)
        #expect(SystemFile.text(at: "/proc/no-such-file") == nil)
        #expect(try #require(SystemFile.text(at: "/proc/self/status")).hasPrefix("Name:"))
    }

    @Test("limits descriptors, and the soft limit can be raised to the hard one")
    func descriptorLimit() throws {
        let raised = try DescriptorLimit.raise()
        #expect(raised.soft == raised.hard)
        #expect(try DescriptorLimit.current() == raised)
    }

    @Test("is not needed for the command line")
    func arguments() throws {
        let all = try (0..<ProcessArguments.count).map { try ProcessArguments.argument($0) }
        #expect(all == CommandLine.arguments)
    }
}

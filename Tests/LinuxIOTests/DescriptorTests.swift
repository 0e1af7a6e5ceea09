// Descriptors are owned, born close-on-exec, and closed once.
import CLinux
import Glibc
import LinuxIO
import Testing

@Suite("A descriptor")
struct DescriptorTests {
    private static func isOpen(_ number: Int32) -> Bool { fcntl(number, F_GETFD) >= 0 }

    @Test("is closed when its owner goes out of scope")
    func closesItself() throws {
        let number: Int32
        do {
            let event = try EventDescriptor()
            number = event.number
            #expect(Self.isOpen(number))
        }
        #expect(!Self.isOpen(number))
    }

    @Test("stays open when it is released, until it is closed")
    func release() throws {
        let number = Descriptor(owning: clinux_eventfd(0, 0)).release()
        #expect(Self.isOpen(number))
        Descriptor.close(number)
        #expect(!Self.isOpen(number))
    }

    @Test("that is closed twice stops the program: it may be a different file by then")
    func closedTwice() async {
        await #expect(processExitsWith: .failure) {
            let number = Descriptor(owning: clinux_eventfd(0, 0)).release()
            Descriptor.close(number)
            Descriptor.close(number)
        }
    }

    @Test("of each kind does not survive exec")
    func closeOnExec() throws {
        let event = try EventDescriptor()
        let signals = try SignalDescriptor([.report])
        let epoll = try Epoll()
        let listener = try Listener(at: .loopback(port: 0), options: .init(backlog: 1))
        for number in [event.number, signals.number, epoll.number, listener.number] {
            #expect(fcntl(number, F_GETFD) & FD_CLOEXEC != 0)
        }
    }
}

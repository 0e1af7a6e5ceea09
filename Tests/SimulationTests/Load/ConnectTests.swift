// connect(2) on the simulated kernel: what tcp(7) and connect(2) promise.
#if DEBUG
    import LinuxIO
    import SimulatedKernel
    import SystemPackage
    import Testing

    @Suite("Simulation: connect")
    struct ConnectTests {
        private static let address = PeerAddress.ipv4(0x7F00_0001, port: 9090)
        private let kernel = SimulatedKernel()

        private func connect(_ socket: borrowing ClientSocket) -> ConnectOutcome {
            socket.connect(to: .loopback(port: 9090))
        }

        /// Waits for a connection to be decided, and says how.
        private func decide(_ number: Int32) -> Errno? {
            var entries = [Poll.Entry(number, wantsRead: false, wantsWrite: true)]
            Poll.wait(&entries, timeout: .seconds(1000))
            #expect(entries[0].isWritable)
            return Socket.connectionError(number)
        }

        private func receive(_ number: Int32) -> ReceiveOutcome {
            unsafe withUnsafeTemporaryAllocation(byteCount: 100, alignment: 1) { buffer in
                unsafe Socket.receive(number, into: buffer)
            }
        }

        private func send(_ number: Int32, _ text: String) -> SendOutcome {
            unsafe Array(text.utf8).withUnsafeBytes { unsafe Socket.send(number, $0) }
        }

        @Test("is refused at once where nobody listens")
        func nobodyListens() throws {
            try kernel.run {
                let socket = try ClientSocket(.ipv4)
                #expect(connect(socket) == .failed(.connectionRefused))
            }
            #expect(kernel.openDescriptors.isEmpty && kernel.failure == nil)
        }

        @Test("is in progress at first, and refused later")
        func refusedLater() throws {
            kernel.handshake = (1_000_000, KernelRandom(seed: 1))
            try kernel.run {
                let socket = try ClientSocket(.ipv4)
                #expect(connect(socket) == .inProgress)
                #expect(send(socket.number, "x") == .wouldBlock)
                #expect(receive(socket.number) == .wouldBlock)
                #expect(decide(socket.number) == .connectionRefused)
                #expect(receive(socket.number) == .failed(.socketNotConnected))
                #expect(send(socket.number, "x") == .failed(.brokenPipe))
            }
            #expect(kernel.failure == nil)
        }

        @Test("retries at a full backlog after 1, 3 and 7 seconds, and succeeds once there is room")
        func fullBacklog() throws {
            let listener = kernel.network.listen(at: Self.address, backlog: 0)
            let world = Doorman { [kernel] in if kernel.now >= 5_000_000_000 { _ = listener.accept() } }
            kernel.world = world
            try kernel.run {
                let first = try ClientSocket(.ipv4)
                let second = try ClientSocket(.ipv4)
                #expect(connect(first) == .connected && connect(second) == .inProgress)
                #expect(decide(second.number) == nil)
            }
            #expect(kernel.now == 8_000_000_000 && kernel.failure == nil)
        }

        @Test("times out when a backlog stays full for 63 seconds")
        func backlogStaysFull() throws {
            let listener = kernel.network.listen(at: Self.address, backlog: 0)
            try kernel.run {
                let first = try ClientSocket(.ipv4)
                let second = try ClientSocket(.ipv4)
                #expect(connect(first) == .connected && connect(second) == .inProgress)
                #expect(decide(second.number) == .timedOut)
            }
            #expect(listener.waiting == 1 && kernel.now == 64_000_000_000)
        }

        @Test("connects both ends: each reads what the other sends, and the other's end of stream")
        func bothEnds() throws {
            let listener = kernel.network.listen(at: Self.address, backlog: 5)
            try kernel.run {
                let socket = try ClientSocket(.ipv4)
                #expect(connect(socket) == .connected)
                #expect(!Socket.isConnectedToItself(socket.number, .loopback(port: 9090)))
                let server = try #require(listener.accept())
                #expect(send(socket.number, "olá") == .bytes(4) && receive(socket.number) == .wouldBlock)
                guard case .bytes(let bytes) = server.serverReceive(100) else {
                    Issue.record("nothing came")
                    return
                }
                #expect(server.serverSends(bytes) == 4 && receive(socket.number) == .bytes(4))
                server.serverEndsSending()
                #expect(receive(socket.number) == .endOfStream && send(socket.number, "x") == .bytes(1))
                #expect(Socket.endSending(socket.number))
                server.serverCloses()
            }
            #expect(kernel.openDescriptors.isEmpty && kernel.failure == nil)
        }

        @Test("reports a reset once, after an end of stream as a broken pipe; then every send fails")
        func resets() throws {
            let listener = kernel.network.listen(at: Self.address, backlog: 5)
            try kernel.run {
                for isBehindEnd in [false, true] {
                    let socket = try ClientSocket(.ipv4)
                    #expect(connect(socket) == .connected)
                    let server = try #require(listener.accept())
                    if isBehindEnd { server.serverEndsSending() }
                    server.serverResets()
                    #expect(receive(socket.number) == .failed(isBehindEnd ? .brokenPipe : .connectionReset))
                    #expect(receive(socket.number) == .endOfStream)
                    #expect(send(socket.number, "x") == .failed(.brokenPipe))
                }
            }
            #expect(kernel.failure == nil)
        }

        @Test("is answered with a reset when it sends to a server that has closed")
        func sendsToClosed() throws {
            let listener = kernel.network.listen(at: Self.address, backlog: 5)
            try kernel.run {
                let socket = try ClientSocket(.ipv4)
                #expect(connect(socket) == .connected)
                try #require(listener.accept()).serverCloses()
                #expect(send(socket.number, "x") == .bytes(1))
                #expect(send(socket.number, "x") == .failed(.brokenPipe))
                #expect(receive(socket.number) == .endOfStream)
            }
            #expect(kernel.failure == nil)
        }

        @Test("connects to itself if its own port is the target")
        func itself() throws {
            try kernel.run {
                let socket = try ClientSocket(.ipv4)
                try socket.bind(to: .loopback(port: 9090))
                #expect(connect(socket) == .connected)
                #expect(Socket.isConnectedToItself(socket.number, .loopback(port: 9090)))
            }
            #expect(kernel.failure == nil)
        }

        @Test("resets a server that sends more to a client that has closed with bytes unread")
        func closesUnread() throws {
            let listener = kernel.network.listen(at: Self.address, backlog: 5)
            var server: SimulatedConnection?
            try kernel.run {
                let socket = try ClientSocket(.ipv4)
                #expect(connect(socket) == .connected)
                server = listener.accept()
                #expect(server?.serverSends(Array("x".utf8)[...]) == 1)
            }
            #expect(server?.isDead == true && server?.serverSends(Array("x".utf8)[...]) == nil)
        }
    }

    /// Somebody at a server's door.
    private final class Doorman: SimulatedWorld {
        private let looks: () -> Void

        init(_ looks: @escaping () -> Void) { self.looks = looks }

        func act() { looks() }
        var nextMoment: Int64? { nil }
        func nothingWillHappen() {}
    }
#endif

// The script over real sockets.
#if DEBUG
    import CLinux
    import Glibc
    import SimulatedKernel
    import TestSupport
    import Testing

    @Suite("The scripted kernel")
    struct ScriptedKernelTests {
        private func receive(_ fd: Int32, _ most: Int = 100) -> Int {
            var bytes = [UInt8](repeating: 0, count: most)
            // SAFETY: the array has room for `most` bytes.
            return unsafe clinux_recv(fd, &bytes, most, 0)
        }

        private func send(_ fd: Int32, _ text: String) -> Int {
            let bytes = Array(text.utf8)
            // SAFETY: the array has so many bytes.
            return unsafe clinux_send(fd, bytes, bytes.count, 0)
        }

        @Test("cuts reads where the script says, and leaves them whole after that")
        func cuts() throws {
            let kernel = ScriptedKernel()
            try SocketPair.use { near, far in
                kernel.script.reads(of: .descriptor(near), areCutAt: [1, 2, 3])
                kernel.run {
                    #expect(send(far, "0123456789") == 10)
                    #expect((0..<4).map { _ in receive(near) } == [1, 2, 3, 4])
                }
            }
            #expect(kernel[calls: .recv] == 4)
        }

        @Test("cuts no more than reads that bring something")
        func emptyReads() throws {
            let kernel = ScriptedKernel()
            try SocketPair.use { near, far in
                kernel.script.reads(of: .descriptor(near), bringAtMost: [1, 2])
                kernel.run {
                    #expect(fcntl(near, F_SETFL, O_NONBLOCK) == 0)
                    #expect(receive(near) == -Int(EAGAIN))
                    #expect(send(far, "0123456789") == 10)
                    #expect((0..<3).map { _ in receive(near) } == [1, 2, 7])
                }
            }
            #expect(kernel.script.unusedRules == 0)
        }

        @Test("lets a read of an exact length wait for it, and take what is left at the end")
        func exact() throws {
            let kernel = ScriptedKernel()
            try SocketPair.use { near, far in
                kernel.script.reads(of: .descriptor(near), areCutAt: [4, 4])
                kernel.run {
                    #expect(send(far, "012") == 3)
                    #expect(receive(near) == -Int(EAGAIN))
                    #expect(send(far, "345") == 3)
                    #expect(receive(near) == 4)
                    #expect(receive(near) == -Int(EAGAIN))
                    shutdown(far, Int32(SHUT_WR))
                    #expect(receive(near) == 2)
                }
            }
        }

        @Test("lets chosen calls fail or move less, and no others")
        func failures() throws {
            let kernel = ScriptedKernel()
            try SocketPair.use { near, far in
                kernel.script.the(2, .send, of: .descriptor(far)).fails(with: ENOBUFS)
                kernel.script.the(3, .send, of: .descriptor(far)).takes(atMost: 2)
                kernel.run {
                    #expect(send(far, "abc") == 3)
                    #expect(send(far, "abc") == -Int(ENOBUFS))
                    #expect(send(far, "abc") == 2)
                    #expect(send(far, "abc") == 3)
                }
                #expect(send(far, "abc") == 3)
            }
            #expect(kernel[calls: .send] == 4)
            #expect(kernel.script.unusedRules == 0)
        }
    }
#endif

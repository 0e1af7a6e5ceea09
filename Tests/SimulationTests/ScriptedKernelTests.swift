// The script over real sockets.
#if DEBUG
    import CLinux
    import Glibc
    import SimulatedKernel
    import Testing

    @Suite("Simulation: the scripted kernel")
    struct ScriptedKernelTests {
        /// Two ends of a stream, closed at the end.
        private func withPair(_ body: (Int32, Int32) -> Void) {
            var ends: [Int32] = [0, 0]
            // SAFETY: socketpair(2) writes two numbers.
            #expect(unsafe socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
            body(ends[0], ends[1])
            for end in ends { close(end) }
        }

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

        @Test("Reads are cut where the script says, and whole after that")
        func cuts() {
            let kernel = ScriptedKernel()
            withPair { near, far in
                kernel.script.reads(of: .descriptor(near), areCutAt: [1, 2, 3])
                kernel.run {
                    #expect(send(far, "0123456789") == 10)
                    #expect((0..<4).map { _ in receive(near) } == [1, 2, 3, 4])
                }
            }
            #expect(kernel[calls: .recv] == 4)
        }

        @Test("A read of an exact length waits for it, and takes what is left at the end")
        func exact() {
            let kernel = ScriptedKernel()
            withPair { near, far in
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

        @Test("Chosen calls fail or move less, in the threads that are started too, and nowhere else")
        func failures() {
            let kernel = ScriptedKernel()
            withPair { near, far in
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

// Standard output and error on a disk that is full for a while (row 29).
#if DEBUG
    import Glibc
    import LinuxIO
    import SimulatedKernel
    import Testing
    @testable import EcoServer

    @Suite("Simulation: output that fails")
    struct OutputFailureTests {
        /// A stream that fails as its kernel's script says; what it took can be read.
        private final class Sink {
            let kernel = ScriptedKernel()
            private let ends: PipeEnds
            var stream: OutputStream { OutputStream(fd: ends.writing.number) }
            var itself: Subject { .descriptor(ends.writing.number) }
            var script: Script { kernel.script }

            init() throws { ends = try PipeEnds() }

            /// All that was written since the last time.
            var taken: String {
                var bytes = [UInt8](repeating: 0, count: 64 << 10)
                let room = bytes.count
                guard case .ready = Poll.readable([ends.reading.number], timeout: .zero) else { return "" }
                // SAFETY: the array has so much room.
                let count = unsafe bytes.withUnsafeMutableBytes {
                    unsafe read(ends.reading.number, $0.baseAddress, room)
                }
                return String(decoding: bytes[..<max(0, count)], as: UTF8.self)
            }
        }

        private static let passing = [ENOSPC, EDQUOT, EIO, EFBIG]

        @Test("Pitfall 29: what a full disk does not take is counted and told once there is room", arguments: passing)
        func pitfall29(errno: Int32) throws {
            let sink = try Sink()
            sink.kernel.run {
                let queue = LineQueue(sink.stream)
                queue.add("one\n")
                #expect(queue.flush(within: .seconds(60)))
                sink.script.every(.write, of: sink.itself).fails(with: errno)
                for _ in 0..<3 {
                    queue.add("two\ntwo\n", lines: 2)
                    queue.flush(within: .seconds(60))
                }
                #expect(queue.dropped == 6)
                #expect(queue.owed?.lines == 6)
                sink.script.clear()
                queue.add("three\n")
                #expect(queue.flush(within: .seconds(60)))
                queue.add("four\n")
                #expect(queue.flush(within: .seconds(60)))
                #expect(queue.dropped == 6)
                #expect(queue.owed == nil)
            }
            let reason = unsafe String(cString: strerror(errno))
            #expect(sink.taken == "one\neco: 6 lines were lost: \(reason)\nthree\nfour\n")
        }

        @Test("Missing lines are reported at the end even if no other line follows")
        func flushing() throws {
            let sink = try Sink()
            sink.kernel.run {
                let queue = LineQueue(sink.stream)
                sink.script.every(.write, of: sink.itself).fails(with: ENOSPC)
                queue.add("one\n")
                queue.flush(within: .seconds(60))
                sink.script.clear()
                #expect(queue.flush(within: .seconds(60)))
                #expect(queue.owed == nil)
            }
            #expect(sink.taken == "eco: 1 line was lost: No space left on device\n")
        }

        @Test("A stream is tried once for each line, and not again and again")
        func attempts() throws {
            let sink = try Sink()
            sink.script.every(.write, of: sink.itself).fails(with: ENOSPC)
            sink.kernel.run {
                var writer = LineWriter(sink.stream)
                for _ in 0..<10 { writer.write(Array("line\n".utf8)) }
                #expect(writer.lost == 10)
            }
            #expect(sink.kernel[calls: .write] == 10)
        }

        @Test(
            "A stream is not asked again once its reader has gone", arguments: [EPIPE, EBADF])
        func gone(errno: Int32) throws {
            let sink = try Sink()
            sink.script.every(.write, of: sink.itself).fails(with: errno)
            sink.kernel.run {
                var writer = LineWriter(sink.stream)
                for _ in 0..<10 { writer.write(Array("line\n".utf8)) }
                #expect(writer.lost == 10 && writer.readerHasGone && writer.owed == nil)
            }
            #expect(sink.kernel[calls: .write] == 1)
        }

        /// Writes three lines; what there is room for is said by the cuts: so many bytes, then the disk is full, and so on.
        private func written(_ cuts: [Int]) throws -> (taken: String, lost: UInt64, owed: LineWriter.Loss?) {
            let sink = try Sink()
            var call = 1
            for cut in cuts {
                if cut > 0 {
                    sink.script.the(call, .write, of: sink.itself).takes(atMost: cut)
                    call += 1
                }
                sink.script.the(call, .write, of: sink.itself).fails(with: ENOSPC)
                call += 1
            }
            return sink.kernel.run {
                var writer = LineWriter(sink.stream)
                for line in ["first\nsecond\n", "third\n", "fourth\n", "fifth\n"] { writer.write(Array(line.utf8)) }
                return (sink.taken, writer.lost, writer.owed)
            }
        }

        private static func notice(_ lines: Int) -> String {
            "eco: \(lines) \(lines == 1 ? "line was" : "lines were") lost: No space left on device\n"
        }

        @Test("A line that was cut goes on where it was cut")
        func cutLine() throws {
            // In the first line, and at its end.
            let cut = try written([3])
            #expect(cut.taken == "first\n" + Self.notice(1) + "third\nfourth\nfifth\n" && cut.lost == 1)
            let whole = try written([6])
            #expect(whole.taken == "first\n" + Self.notice(1) + "third\nfourth\nfifth\n" && whole.lost == 1)
            // In the last one: nothing is lost.
            let last = try written([9])
            #expect(last.taken == "first\nsecond\nthird\nfourth\nfifth\n" && last.lost == 0 && last.owed == nil)
        }

        @Test("A disk may be full again in the rest of a line, in the line that reports the loss, or after it")
        func cutAgain() throws {
            let rest = try written([3, 1])
            #expect(rest.taken == "first\n" + Self.notice(2) + "fourth\nfifth\n" && rest.lost == 2)
            let notice = try written([3, 5])
            #expect(notice.taken == "first\n" + Self.notice(1) + Self.notice(1) + "fourth\nfifth\n" && notice.lost == 2)
            let line = try written([3, 3 + Self.notice(1).utf8.count + 2])
            #expect(line.taken == "first\n" + Self.notice(1) + "third\nfourth\nfifth\n" && line.lost == 1)
        }

        @Test("If a disk stays full, the server reports at its end what is missing")
        func forGood() throws {
            let whole = try written([6, 0, 0, 0])
            #expect(whole.taken == "first\n" && whole.lost == 4 && whole.owed?.lines == 4)
            let cut = try written([3, 0, 0, 0])
            #expect(cut.taken == "fir" && cut.lost == 4 && cut.owed?.lines == 5)
        }
    }
#endif

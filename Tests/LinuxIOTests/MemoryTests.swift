// Memory that is refused.
import Glibc
import LinuxIO
import TestSupport
import Testing

@Suite(
    "Memory that can be refused",
    .enabled(if: AllocationPlan.isPossible, "a sanitizer brings its own malloc"))
struct MemoryTests {
    @Test("is aligned as asked for, and nil when there is none")
    func allocate() {
        let plan = AllocationPlan()
        plan.obeyed {
            for alignment in [16, 64, 4096] {
                let memory = unsafe Memory.allocate(byteCount: 10_000, alignment: alignment)
                let address = UInt(bitPattern: memory)
                plan.lifted { #expect(address != 0 && address % UInt(alignment) == 0) }
                if let memory = unsafe memory { unsafe Memory.deallocate(memory) }
                plan.fail(10_000...20_000, count: 1)
                let none = UInt(bitPattern: unsafe Memory.allocate(byteCount: 10_000, alignment: alignment))
                plan.lifted { #expect(none == 0) }
            }
        }
        #expect(plan.failed == 3)
    }

    @Test("leaves a list as it was when it cannot grow")
    func list() {
        let plan = AllocationPlan()
        plan.obeyed {
            var list = CheckedArray<Int>()
            for value in 0..<1000 {
                let isIn = list.append(value)
                plan.lifted { #expect(isIn) }
            }
            plan.fail(atLeast: 4_000)
            while list.count < list.capacity { _ = list.append(list.count) }
            let count = list.count
            let (isAppended, isReserved) = (list.append(-1), list.reserve(count + 1))
            plan.lifted { #expect(!isAppended && !isReserved) }
            let isFilled = list.fill(2 * count, with: 0)
            plan.lifted { #expect(!isFilled) }
            plan.lifted { #expect(list.count == count) }
            for index in 0..<count where list[index] != index { Issue.record("\(index) is \(list[index])") }
            list.remove(at: 3)
            plan.lifted { #expect(list[3] == count - 1 && list.count == count - 1) }
            plan.watch(1...1)
            let isIn = list.fill(3, with: 7)
            plan.lifted { #expect(isIn) }
            plan.lifted { #expect(list.count == 3 && list[2] == 7) }
            list.removeAll()
            plan.lifted { #expect(list.isEmpty && list.capacity == 0) }
        }
    }

    @Test("is refused until the reserve is whole again: what is left is for Swift")
    func reserve() async {
        await #expect(processExitsWith: .success) {
            func isThere(_ byteCount: Int) -> Bool { Memory.isThere(byteCount: byteCount) }
            let plan = AllocationPlan()
            plan.obey()
            MemoryReserve.keep(byteCount: 50_000)
            plan.watch(49_000...51_000)
            precondition(isThere(100_000))
            // A failure gives the reserve up, and it cannot be had again.
            plan.fail(atLeast: 49_000)
            precondition(plan.live == 0)
            precondition(!isThere(100_000))
            precondition(plan.live == -1)
            precondition(!isThere(100))
            precondition(MemoryReserve.lend { !isThere(100) })
            plan.watch(49_000...51_000)
            precondition(isThere(100))
            precondition(plan.live == 1)
            // Whole again, it is lent only where there is no memory besides.
            precondition(MemoryReserve.lend { plan.live == 1 && isThere(100) })
            plan.fail(49_000...51_000)
            precondition(MemoryReserve.lend { plan.live == -1 && !isThere(100) })
            plan.watch(49_000...51_000)
            precondition(isThere(100))
            precondition(plan.live == 1)
        }
    }

    @Test("which Swift itself is refused ends the process at once, with one line and the status")
    func endWhenOutOfMemory() async throws {
        let result = await #expect(processExitsWith: .exitCode(71), observing: [\.standardErrorContent]) {
            try Crash.endWhenOutOfMemory(line: "out of memory", ": give more\n", status: 71)
            let plan = AllocationPlan()
            plan.obey()
            plan.fail(atLeast: 100_000)
            precondition([Int](repeating: 1, count: 20_000).count == 20_000)
        }
        let line = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
        let middle = line.dropFirst("out of memory at ".count).prefix { $0.isNumber }
        #expect(line == "out of memory at \(middle) MiB: give more\n")
        #expect(!middle.isEmpty)
    }

    @Test("that is completely used up ends the process in the same way")
    func exhausted() async throws {
        let result = await #expect(processExitsWith: .exitCode(71), observing: [\.standardErrorContent]) {
            try Crash.endWhenOutOfMemory(line: "out of memory", ": give more\n", status: 71)
            try AddressSpace.limit(toMoreBytes: 4 << 20)
            // Blocks of all sizes, the smallest last: not even the runtime's complaint finds room.
            for size in [1 << 20, 1 << 12, 100] { while unsafe Memory.allocate(byteCount: size) != nil {} }
            var kept: [[Int]] = []
            while true { kept.append([kept.count]) }
        }
        let line = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
        #expect(line.hasPrefix("out of memory at ") && line.hasSuffix(" MiB: give more\n"))
        #expect(line.split(separator: "\n").count == 1)
    }

    @Test("does not change how a bug ends the program")
    func mistake() async throws {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            Crash.withoutBacktrace()
            try Crash.endWhenOutOfMemory(line: "out of memory", ": give more\n", status: 71)
            preconditionFailure("a mistake")
        }
        let exit = try #require(result)
        #expect(exit.exitStatus == .signal(SIGILL) || exit.exitStatus == .signal(SIGTRAP))
        let text = String(decoding: exit.standardErrorContent, as: UTF8.self)
        #expect(text.contains("a mistake") && !text.contains("out of memory"))
    }

    @Test("does not change the effect of an abort or a bad address either", arguments: [SIGABRT, SIGSEGV])
    func signals(signal: Int32) async throws {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { [signal] in
            Crash.withoutBacktrace()
            try Crash.endWhenOutOfMemory(line: "out of memory", ": give more\n", status: 71)
            kill(getpid(), signal)
            while true { pause() }
        }
        let exit = try #require(result)
        #expect(exit.exitStatus == .signal(signal))
        #expect(!String(decoding: exit.standardErrorContent, as: UTF8.self).contains("out of memory"))
    }
}

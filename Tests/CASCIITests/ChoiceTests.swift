// Which variant is the best: the widest that the processor has, unless its vectors cost more than they gain.

import CASCII
import FoundationEssentials
import Testing

@Suite struct ChoiceTests {
    /// What the kernel says of the first processor.
    private static let flags: Set<Substring> = {
        let lines = ((try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? "").split(separator: "\n")
        let line = lines.first { $0.hasPrefix("flags") } ?? ""
        return Set(line.split(separator: " "))
    }()

    private static func has(_ flags: String...) -> Bool { flags.allSatisfy { Self.flags.contains(Substring($0)) } }

    private static let hasAVX2 = has("avx2", "bmi1", "bmi2", "popcnt")
    private static let hasAVX512 = hasAVX2 && has("avx512f", "avx512bw", "avx512vl")

    @Test func `There is a variant for each instruction set of the processor`() {
        let expected = ["baseline"] + (Self.hasAVX2 ? ["avx2"] : []) + (Self.hasAVX512 ? ["avx512"] : [])
        #expect(Variant.all.map(\.name) == expected)
    }

    @Test func `The widest that does not slow the processor is the best`() {
        let isCheap = Self.has("avx512_vbmi2")
        let expected = Self.hasAVX512 && isCheap ? "avx512" : Self.hasAVX2 ? "avx2" : "baseline"
        #expect(Variant.all[Int(cascii_best_variant())].name == expected)
    }

    /// In a separate process, in which no other test changes the variant.
    @Test func `The best is in use, until another is put into use`() async {
        await #expect(processExitsWith: .success) {
            #expect(cascii_variant_in_use() == cascii_best_variant())
            for number in 0..<cascii_variant_count() {
                cascii_use_variant(number)
                #expect(cascii_variant_in_use() == number)
                var bytes = Array("tchau".utf8)
                var pass = cascii_pass()
                // SAFETY: as many bytes as the array has.
                let stop = unsafe cascii_upper_case(&bytes, bytes.count, &pass)
                #expect(stop == bytes.count)
                #expect(bytes == Array("TCHAU".utf8))
            }
        }
    }
}

// Memory that reveals accesses outside the text: letters around it, and inaccessible pages around those.

import Glibc

// SAFETY: the memory lives as long as the object, and the object is kept alive around each use of it.
/// A place for one text at a time, between two pages that end the process when they are touched.
@safe final class Workbench {
    /// What is beside a text: a letter, so that a change of it shows.
    private static let fenceByte = UInt8(ascii: "z")

    private let memory: UnsafeMutableRawPointer
    private let pageSize = sysconf(CInt(_SC_PAGESIZE))
    /// The bytes between the two pages.
    let bytes: UnsafeMutableBufferPointer<UInt8>

    init() {
        let size = 3 * pageSize
        unsafe memory = mmap(nil, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        unsafe precondition(memory != MAP_FAILED, "no memory for the test")
        let middle = unsafe memory + pageSize
        unsafe precondition(mprotect(middle, pageSize, PROT_READ | PROT_WRITE) == 0, "no memory for the test")
        unsafe bytes = UnsafeMutableBufferPointer(
            start: middle.bindMemory(to: UInt8.self, capacity: pageSize), count: pageSize)
        unsafe bytes.update(repeating: Self.fenceByte)
    }

    deinit { unsafe munmap(memory, 3 * pageSize) }

    /// Lets a variant go over a text that stands `offset` bytes behind the first page; tells what differs from the
    /// reference, or `nil`. The text is at most `pageSize` long with its offset.
    func disagreement(
        _ variant: Variant, _ text: [UInt8], at offset: Int, expected: (text: [UInt8], outcome: Outcome)
    ) -> String? {
        // SAFETY: the caller's contract.
        let place = unsafe UnsafeMutableBufferPointer(rebasing: bytes[offset..<offset + text.count])
        _ = unsafe place.update(fromContentsOf: text)
        defer { unsafe place.update(repeating: Self.fenceByte) }
        let outcome = unsafe variant.run(place, before: text)
        var context: String { "\(variant.name), \(text.count) bytes at \(offset): \(text)" }
        if outcome != expected.outcome { return "\(outcome), not \(expected.outcome): \(context)" }
        if unsafe !place.elementsEqual(expected.text) {
            return unsafe "\(Array(place)), not \(expected.text): \(context)"
        }
        let before = unsafe bytes[max(0, offset - 64)..<offset]
        let end = offset + text.count
        let after = unsafe bytes[end..<min(bytes.count, end + 64)]
        let isWhole = unsafe before.allSatisfy { $0 == Self.fenceByte } && after.allSatisfy { $0 == Self.fenceByte }
        return isWhole ? nil : "a write beside the text: \(context)"
    }

    /// As above, with the text right before the second page.
    func disagreement(
        _ variant: Variant, atEnd text: [UInt8], expected: (text: [UInt8], outcome: Outcome)
    ) -> String? {
        unsafe disagreement(variant, text, at: bytes.count - text.count, expected: expected)
    }
}

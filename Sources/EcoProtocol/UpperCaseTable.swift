// The standard library's upper case mappings, gathered once so that a character costs a look-up and no `String`.

/// The full default upper case mapping of every scalar that has one, by the standard library's Unicode version.
///
/// Built at first use (in some milliseconds; `prepare()` does it early), read by any number of threads.
@safe public struct UpperCaseTable {
    // SAFETY: written once, before the table is visible to any other thread, and never again.
    nonisolated(unsafe) static let shared = Self()

    /// Builds the table now, so that no client waits for it.
    public static func prepare() { _ = unsafe shared }

    /// The upper case of a scalar, at most three scalars of six bytes together (a test checks this).
    struct Mapping {
        /// UTF-8, first byte lowest.
        private(set) var bytes: UInt64 = 0
        private(set) var count = 0

        /// The bytes at `position`.
        @inline(__always)
        static func unchanged(_ base: UnsafeMutableRawPointer, at position: Int, count: Int) -> Self {
            var mapping = Self()
            // SAFETY: the caller has `count` bytes at `position`.
            for offset in 0..<count {
                mapping.append(unsafe base.load(fromByteOffset: position + offset, as: UInt8.self))
            }
            return mapping
        }

        @inline(__always)
        mutating func append(_ byte: UInt8) {
            bytes |= UInt64(byte) << UInt64(8 * count)
            count += 1
        }

        /// Writes `count` bytes.
        @inline(__always)
        func store(to place: UnsafeMutableRawPointer) {
            // SAFETY: the caller has room for `count` bytes.
            for offset in 0..<count {
                unsafe place.storeBytes(
                    of: UInt8(truncatingIfNeeded: bytes >> UInt64(8 * offset)), toByteOffset: offset, as: UInt8.self)
            }
        }
    }

    /// For each scalar of two bytes, the two bytes of its upper case in memory order; 0 if that has another length.
    private let pairs: UnsafeMutablePointer<UInt16>
    /// For each block of 256 scalars its page; page 0 has no mappings.
    private let pageOfBlock: UnsafeMutablePointer<UInt8>
    /// For each scalar of a page the index of its mapping; 0 is none.
    private let pages: UnsafeMutablePointer<UInt16>
    private let mappings: UnsafeMutablePointer<Mapping>

    private static let blockCount = 0x11_0000 / 256

    private init() {
        var pageOfBlock = [UInt8](repeating: 0, count: Self.blockCount)
        var pages = [UInt16](repeating: 0, count: 256)
        var mappings = [Mapping()]
        for value in UInt32(0x80)..<0x11_0000 {
            guard let scalar = Unicode.Scalar(value), scalar.properties.changesWhenUppercased else { continue }
            let block = Int(value >> 8)
            if pageOfBlock[block] == 0 {
                pageOfBlock[block] = UInt8(pages.count / 256)
                pages.append(contentsOf: repeatElement(0, count: 256))
            }
            pages[Int(pageOfBlock[block]) * 256 + Int(value & 0xFF)] = UInt16(mappings.count)
            var mapping = Mapping()
            for byte in scalar.properties.uppercaseMapping.utf8 { mapping.append(byte) }
            mappings.append(mapping)
        }
        // SAFETY: never freed: the one table lives as long as the process.
        unsafe self.pageOfBlock = .allocate(capacity: pageOfBlock.count)
        unsafe self.pageOfBlock.initialize(from: pageOfBlock, count: pageOfBlock.count)
        unsafe self.pages = .allocate(capacity: pages.count)
        unsafe self.pages.initialize(from: pages, count: pages.count)
        unsafe self.mappings = .allocate(capacity: mappings.count)
        unsafe self.mappings.initialize(from: mappings, count: mappings.count)
        unsafe pairs = .allocate(capacity: 0x800)
        for value in UInt32(0)..<0x800 {
            let unchanged = UInt64(0xC0 | value >> 6) | UInt64(0x80 | value & 0x3F) << 8
            let mapping = self.mapping(of: value)
            let pair = mapping == nil ? unchanged : mapping!.count == 2 ? mapping!.bytes : 0
            unsafe pairs[Int(value)] = value < 0x80 ? 0 : UInt16(truncatingIfNeeded: pair).littleEndian
        }
    }

    /// The upper case of the two-byte character at `position`, if there is one and its upper case has two bytes.
    @inline(__always)
    func pair(_ base: UnsafeMutableRawPointer, at position: Int, end: Int) -> UInt16? {
        guard position + 1 < end else { return nil }
        // SAFETY: both bytes are below `end`; the index is below 0x800.
        let lead = unsafe base.load(fromByteOffset: position, as: UInt8.self)
        let next = unsafe base.load(fromByteOffset: position + 1, as: UInt8.self)
        guard lead & 0xE0 == 0xC0, next & 0xC0 == 0x80 else { return nil }
        let pair = unsafe pairs[Int(lead & 0x1F) << 6 | Int(next & 0x3F)]
        return pair == 0 ? nil : pair
    }

    /// The upper case of a scalar beyond ASCII, if it differs.
    @inline(__always)
    func mapping(of value: UInt32) -> Mapping? {
        // SAFETY: scalar values are below 0x110000, and every page has 256 entries.
        let page = unsafe Int(pageOfBlock[Int(value >> 8)])
        let index = unsafe pages[page << 8 | Int(value & 0xFF)]
        return index == 0 ? nil : unsafe mappings[Int(index)]
    }
}

// How much of a goodbye a line has so far: exactly `tchau` between white space.

/// The state of the automaton that recognises `tchau` within a line, white space around it aside.
struct GoodbyeLine: RawRepresentable, Equatable {
    let rawValue: UInt8

    /// Nothing came since the last newline.
    static let empty = Self(rawValue: 0)
    /// Only white space came.
    static let blank = Self(rawValue: 1)
    /// `t`, `tc`, `tch` and `tcha` came: states 2 to 5.
    static let afterT = Self(rawValue: 2)
    /// `tchau` came, and perhaps white space.
    static let goodbye = Self(rawValue: 6)
    /// Whatever comes, this line is not a goodbye.
    static let ordinary = Self(rawValue: 7)

    /// The state after one byte that is neither white space nor a newline.
    func after(_ byte: UInt8) -> Self {
        let expected: UInt8
        switch rawValue {
        case 0, 1: return byte == UInt8(ascii: "t") ? .afterT : .ordinary
        case 2: expected = UInt8(ascii: "c")
        case 3: expected = UInt8(ascii: "h")
        case 4: expected = UInt8(ascii: "a")
        case 5: expected = UInt8(ascii: "u")
        default: return .ordinary
        }
        return byte == expected ? Self(rawValue: rawValue + 1) : .ordinary
    }

    /// The state after a white space character other than newline.
    var afterWhiteSpace: Self {
        switch rawValue {
        case 0, 1: .blank
        case 6: .goodbye
        default: .ordinary
        }
    }
}

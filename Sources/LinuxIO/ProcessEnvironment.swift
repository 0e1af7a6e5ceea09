// The environment that the process was started with.
internal import Glibc

/// The variables of the process, as bytes: their values may be names of files.
public enum ProcessEnvironment {
    public struct Variable: Equatable, Sendable {
        public let name: [UInt8]
        public let value: [UInt8]
    }

    /// All variables, in their original order.
    public static var variables: [Variable] {
        var variables: [Variable] = []
        // SAFETY: nothing changes the environment of this process; the list ends in a null pointer, each text in a zero byte.
        var next = unsafe environ
        while let text = unsafe next.pointee {
            let entry = unsafe UnsafeRawBufferPointer(start: text, count: strlen(text))
            let end = unsafe entry.firstIndex(of: UInt8(ascii: "=")) ?? entry.endIndex
            unsafe variables.append(
                Variable(name: Array(entry[..<end]), value: Array(entry[end...].dropFirst())))
            unsafe next += 1
        }
        return variables
    }

    /// A variable's bytes; nil if it is not set.
    public static func bytes(_ name: String) -> [UInt8]? {
        let name = Array(name.utf8)
        return variables.first { $0.name == name }?.value
    }

    /// A variable's text; nil if it is not set.
    public static func text(_ name: String) throws(NotUTF8) -> String? {
        guard let bytes = bytes(name) else { return nil }
        return try String(exactly: bytes)
    }
}

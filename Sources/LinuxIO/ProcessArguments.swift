// The command line that the process was started with.
internal import CLinux
internal import Glibc

/// The arguments of the process, its name first. The standard library reads its list from /proc, which is missing in an empty root
/// directory; this is the list that the kernel passed.
public enum ProcessArguments {
    public static var count: Int { Int(clinux_argument_count()) }

    /// An argument; the program's name is 0.
    public static func argument(_ index: Int) throws(NotUTF8) -> String {
        guard let text = unsafe clinux_argument(Int32(index)) else { return "" }
        // SAFETY: the kernel's strings live as long as the process, and end in a zero byte.
        return try String(exactly: unsafe Array(UnsafeRawBufferPointer(start: text, count: strlen(text))))
    }
}

// The command line that the process was started with.
internal import CLinux
internal import Glibc

/// The arguments of the process, its name first. The standard library's list is read from /proc, which is missing in an
/// empty root directory; this one is as the kernel handed it over.
public enum ProcessArguments {
    public static var count: Int { Int(clinux_argument_count()) }

    /// An argument, its name is 0.
    public static func argument(_ index: Int) throws(NotUTF8) -> String {
        guard let text = unsafe clinux_argument(Int32(index)) else { return "" }
        // SAFETY: the kernel's strings live as long as the process, and end in a zero byte.
        return try String(exactly: unsafe Array(UnsafeRawBufferPointer(start: text, count: strlen(text))))
    }
}

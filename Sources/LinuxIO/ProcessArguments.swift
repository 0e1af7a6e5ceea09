// The command line that the process was started with.
internal import CLinux

/// The arguments of the process, its name first. The standard library's list is read from /proc, which is missing in an
/// empty root directory; this one is as the kernel handed it over.
public enum ProcessArguments {
    public static var all: [String] {
        (0..<clinux_argument_count()).compactMap { index in
            // SAFETY: the kernel's strings live as long as the process.
            unsafe clinux_argument(index).map { unsafe String(cString: $0) }
        }
    }
}

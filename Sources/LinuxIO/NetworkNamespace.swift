// A network for one thread and its descendants.
internal import CLinux
internal import Glibc
internal import SystemPackage

/// A network namespace: every port is free in it, and it cannot be reached from outside. network_namespaces(7).
public enum NetworkNamespace {
    /// Moves the calling thread into a new network that has nothing but a loopback interface, which is up. The threads and
    /// programs that it starts from now on share it. May be called again, for another one.
    ///
    /// - Throws: EPERM if it is not allowed: it takes CAP_SYS_ADMIN, or user namespaces and a process with one thread.
    public static func enter() throws(SystemError) {
        // A child tries it first: a thread that has left its network may not come back, and a network without loopback is useless.
        if clinux_try_network(0) == 0 {
            try SystemCall.unshare.check(clinux_unshare_network(0))
        } else {
            try SystemCall.unshare.check(clinux_try_network(1))
            let (user, group) = (geteuid(), getegid())
            try SystemCall.unshare.check(clinux_unshare_network(1))
            // User and group stay the same, since a server may check the owner of its files. Without the maps they are nobody, which is
            // good enough.
            write("deny", to: "/proc/self/setgroups")
            write("\(user) \(user) 1", to: "/proc/self/uid_map")
            write("\(group) \(group) 1", to: "/proc/self/gid_map")
        }
        try SystemCall.ioctl.check(clinux_raise_loopback())
    }

    private static func write(_ text: String, to path: String) {
        let fd = unsafe open(path, O_WRONLY | O_CLOEXEC)
        guard fd >= 0 else { return }
        var text = text
        // SAFETY: the string's own bytes.
        _ = text.withUTF8 { unsafe Glibc.write(fd, $0.baseAddress, $0.count) }
        close(fd)
    }
}

// What a machine offers a server with many clients.
public import LinuxIO

/// The machine's limits and resources, as far as they decide how many clients it can carry.
public struct Machine: Sendable {
    /// RLIMIT_NOFILE's hard limit.
    public var descriptors: Int
    /// fs.nr_open: no process's limit can be higher.
    public var mostDescriptors: Int
    /// fs.file-max: files open on the whole machine.
    public var mostFiles: Int
    /// fs.epoll.max_user_watches; nil if the kernel does not say.
    public var epollWatches: Int?
    /// net.core.somaxconn.
    public var backlog: Int
    /// net.netfilter.nf_conntrack_max; nil if connections are not tracked.
    public var trackedConnections: Int?
    /// What is available, in bytes: by MemAvailable, and by the limits of the control groups that the process is in.
    public var memory: Int
    /// net.core.netdev_max_backlog: packets that wait for a processor.
    public var packetQueue: Int
    /// Processors on which the server may run.
    public var processors: Int
    /// The kernel's settings cannot be changed from here: it is a container.
    public var hasFixedSettings = false

    public init(
        descriptors: Int, mostDescriptors: Int, mostFiles: Int, epollWatches: Int?, backlog: Int,
        trackedConnections: Int?, memory: Int, packetQueue: Int, processors: Int
    ) {
        self.descriptors = descriptors
        self.mostDescriptors = mostDescriptors
        self.mostFiles = mostFiles
        self.epollWatches = epollWatches
        self.backlog = backlog
        self.trackedConnections = trackedConnections
        self.memory = memory
        self.packetQueue = packetQueue
        self.processors = processors
    }

    /// net.core.netdev_max_backlog. In a network namespace the kernel does not show it: then this is its default.
    static func packetQueueLength() -> Int {
        SystemFile.number(at: "/proc/sys/net/core/netdev_max_backlog") ?? 1_000
    }

    /// This machine. What the kernel does not report counts as unlimited.
    public static func current() throws(SystemError) -> Self {
        var machine = Self(
            descriptors: try DescriptorLimit.current().hard,
            mostDescriptors: SystemFile.number(at: "/proc/sys/fs/nr_open") ?? .max,
            mostFiles: SystemFile.number(at: "/proc/sys/fs/file-max") ?? .max,
            epollWatches: SystemFile.number(at: "/proc/sys/fs/epoll/max_user_watches"),
            backlog: SystemFile.number(at: "/proc/sys/net/core/somaxconn") ?? .max,
            trackedConnections: SystemFile.number(at: "/proc/sys/net/netfilter/nf_conntrack_max"),
            memory: min(SystemFile.memory("MemAvailable") ?? .max, GroupMemory.available ?? .max),
            packetQueue: packetQueueLength(),
            processors: Processors.allowed.count)
        machine.hasFixedSettings = SystemFile.isReadOnly("/proc/sys/fs/file-max")
        return machine
    }
}

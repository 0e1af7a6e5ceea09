// What a server occupies.
public import LinuxIO

/// What a server occupies at a moment.
public struct Footprint: Sendable, Codable, Equatable {
    /// Its processes, in bytes: all memory that is there (RSS), their fair part of what is shared (PSS), what is theirs alone.
    public var residentBytes = 0
    public var proportionalBytes = 0
    public var privateBytes = 0
    /// What is no file's: heaps and stacks, their fair part where it is shared (Pss_Anon).
    public var anonymousBytes = 0
    public var processes = 0
    public var threads = 0
    public var descriptors = 0
    /// The kernel's, in bytes, of the whole machine: slabs (sockets among them), stacks of threads, page tables. /proc/meminfo.
    public var kernelBytes = 0

    public init() {}
}

extension Footprint {
    /// What some processes occupy at the moment; nil if there are none.
    public init?(of processes: [Proc]) {
        guard !processes.isEmpty else { return nil }
        for process in processes {
            let memory = process.memory
            residentBytes += memory.resident
            proportionalBytes += memory.proportional
            privateBytes += memory.own
            anonymousBytes += memory.anonymous
            threads += process.threads.count
            descriptors += process.descriptors
        }
        self.processes = processes.count
        kernelBytes = ["Slab", "KernelStack", "PageTables"].reduce(0) { $0 + (SystemFile.memory($1) ?? 0) }
    }
}

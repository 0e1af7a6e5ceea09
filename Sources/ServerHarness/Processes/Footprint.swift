// The memory and other resources that a server holds.
public import LinuxIO

/// The resources that a server holds at a moment.
public struct Footprint: Sendable, Codable, Equatable {
    /// Memory of its processes, in bytes: resident (RSS), with their share of shared pages (PSS), private.
    public var residentBytes = 0
    public var proportionalBytes = 0
    public var privateBytes = 0
    /// Anonymous memory, that is heaps and stacks, with their share of shared pages (Pss_Anon).
    public var anonymousBytes = 0
    public var processes = 0
    public var threads = 0
    public var descriptors = 0
    /// The kernel's, in bytes, of the whole machine: slabs (sockets among them), stacks of threads, page tables. /proc/meminfo.
    public var kernelBytes = 0

    public init() {}
}

extension Footprint {
    /// The resources that some processes hold now; nil if there are none.
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

// poll and select: the server says at each wait what it watches.
import CLinux
import Glibc

extension SimulatedKernel {
    func poll(_ list: UnsafeMutablePointer<pollfd>?, _ count: Int, _ timeout: Int64) -> Int32 {
        begin(.poll)
        // Without descriptors it is a sleep.
        guard count > 0 else {
            sleep(until: now + timeout)
            return end(.poll, -1, Int(timeout), 0)
        }
        // SAFETY: the caller's list has so many entries.
        let watched = (0..<count).map { index in
            unsafe (list![index].fd, UInt32(UInt16(bitPattern: list![index].events)), UInt64(index))
        }
        guard watch(watched, asSelect: false, .poll) else { return end(.poll, -1, Int(timeout), -EBADF) }
        return wait(.poll, -1, timeout, on: lastWatched) {
            for index in 0..<count { unsafe list![index].revents = 0 }
            let ready = collect(lastWatched, .max)
            for event in ready { unsafe list![Int(event.data)].revents = Int16(truncatingIfNeeded: event.events) }
            return ready.count
        }
    }

    func select(
        _ end: Int32, _ readable: UnsafeMutablePointer<fd_set>, _ writable: UnsafeMutablePointer<fd_set>,
        _ timeout: Int64
    ) -> Int32 {
        begin(.select)
        // SAFETY: an `fd_set` is a bit per descriptor.
        let (reading, writing) = (UnsafeMutableRawPointer(readable), UnsafeMutableRawPointer(writable))
        func has(_ set: UnsafeMutableRawPointer, _ fd: Int32) -> Bool {
            unsafe set.load(fromByteOffset: Int(fd >> 3), as: UInt8.self) & 1 << UInt8(fd & 7) != 0
        }
        var watched: [(Int32, UInt32, UInt64)] = []
        for fd in 0..<end {
            let events =
                unsafe (has(reading, fd) ? EpollBits.readable : 0) | (has(writing, fd) ? EpollBits.writable : 0)
            if events != 0 { watched.append((fd, events, UInt64(fd))) }
        }
        guard watch(watched, asSelect: true, .select) else { return self.end(.select, -1, Int(timeout), -EBADF) }
        return wait(.select, -1, timeout, on: lastWatched) {
            let ready = collect(lastWatched, .max)
            guard !ready.isEmpty else { return 0 }
            let bytes = MemoryLayout<fd_set>.size
            unsafe reading.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
            unsafe writing.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
            var bits = 0
            for event in ready {
                let (byte, bit) = (Int(event.data >> 3), UInt8(1) << UInt8(event.data & 7))
                if event.events & EpollBits.readable != 0 {
                    unsafe (reading + byte).assumingMemoryBound(to: UInt8.self).pointee |= bit
                    bits += 1
                }
                if event.events & EpollBits.writable != 0 {
                    unsafe (writing + byte).assumingMemoryBound(to: UInt8.self).pointee |= bit
                    bits += 1
                }
            }
            return bits
        }
    }

    /// Takes note of what the server watches now. False if one of them is closed, which fails the run.
    private func watch(_ watched: [(fd: Int32, events: UInt32, data: UInt64)], asSelect: Bool, _ call: KernelCall)
        -> Bool
    {
        let before = Dictionary(lastWatched.entries.map { ($0.fd, $0) }) { first, _ in first }
        lastWatched.isSelect = asSelect
        lastWatched.entries = watched.map { fd, events, data in
            let old = before[fd]
            return .init(fd: fd, events: events, data: data, reports: old?.events == events ? old!.reports : 0)
        }
        for entry in watched where object(entry.fd) == nil {
            fail("\(call) watches descriptor \(entry.fd), which is closed")
            return false
        }
        return true
    }
}

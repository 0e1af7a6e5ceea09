// Descriptors: numbers, eventfd, signalfd, and their ends.
import Glibc

extension SimulatedKernel {
    func object(_ fd: Int32) -> KernelObject? { fd >= 0 && fd < objects.count ? objects[Int(fd)] : nil }

    /// The lowest free number, as POSIX has it; nil at the limit.
    func allocate(_ object: KernelObject) -> Int32? {
        let number = objects.firstIndex { $0 == nil } ?? objects.count
        guard number < descriptorLimit else { return nil }
        if number == objects.count { objects.append(object) } else { objects[number] = object }
        return Int32(number)
    }

    /// Whether a new descriptor would find a number.
    var hasFreeDescriptor: Bool { objects.count < descriptorLimit || objects.contains { $0 == nil } }

    /// Fails the run for a descriptor that is not what the call needs, and returns the error.
    func misused(_ call: KernelCall, _ fd: Int32) -> Int32 {
        fail("\(call) of descriptor \(fd), which is \(object(fd) == nil ? "closed" : "no such thing")")
        return object(fd) == nil ? -EBADF : -ENOTSOCK
    }

    func close(_ fd: Int32) -> Int32 {
        begin(.close)
        guard let object = object(fd) else { return end(.close, fd, 0, misused(.close, fd)) }
        let (errno, _) = effect(.close, fd, stream(fd), canFail: false)
        switch object {
        case .standard: fail("close of descriptor \(fd), which is shared with the shell")
        case .stream(let connection):
            observer?.closes(connection)
            connection.serverClosed()
        case .client(let end):
            clientObserver?.closes(end)
            closeClient(end)
        case .socket(let socket):
            socket.isClosed = true
            if socket.capacity != nil { observer?.closesListener(socket.backlog) }
            listeners.removeAll { $0 === socket }
            for connection in socket.backlog { connection.resetClient() }
            socket.backlog = []
        case .event, .signals, .epoll: break
        }
        objects[Int(fd)] = nil
        for case .epoll(let instance)? in objects {
            if let index = instance.index(of: fd) { instance.entries.remove(at: index) }
        }
        // close(2): on Linux the number is free whatever the call returns.
        return end(.close, fd, 0, errno.map { -$0 } ?? 0)
    }

    func eventfd(_ value: UInt32) -> Int32 {
        begin(.eventfd)
        let counter = EventCounter()
        counter.value = UInt64(value)
        return end(.eventfd, -1, 0, allocate(.event(counter)) ?? -EMFILE)
    }

    func signalfd(_ mask: UInt64) -> Int32 {
        begin(.signalfd)
        return end(.signalfd, -1, 0, allocate(.signals(SignalQueue(mask: mask))) ?? -EMFILE)
    }

    func read(_ fd: Int32, _ bytes: UnsafeMutableRawPointer, _ count: Int) -> Int {
        begin(.read)
        progress(fd)
        switch object(fd) {
        case .event(let counter) where count >= 8:
            guard counter.value > 0 else { return end(.read, fd, count, Int(-EAGAIN)) }
            // SAFETY: the caller has room for eight bytes.
            unsafe bytes.storeBytes(of: counter.value, as: UInt64.self)
            counter.value = 0
            observer?.took(nil, from: fd)
            return end(.read, fd, count, 8)
        case .signals(let queue) where count >= 128:
            guard !queue.pending.isEmpty else { return end(.read, fd, count, Int(-EAGAIN)) }
            // SAFETY: the caller has room for 128 bytes, a signalfd_siginfo, whose first field is the signal's number.
            unsafe bytes.initializeMemory(as: UInt8.self, repeating: 0, count: 128)
            let signal = queue.pending.removeFirst()
            unsafe bytes.storeBytes(of: UInt32(signal), as: UInt32.self)
            observer?.took(signal, from: fd)
            return end(.read, fd, count, 128)
        default: return end(.read, fd, count, Int(misused(.read, fd)))
        }
    }

    func write(_ fd: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
        begin(.write)
        switch object(fd) {
        case .event(let counter) where count >= 8:
            // SAFETY: the caller has eight bytes.
            counter.value += unsafe bytes.loadUnaligned(as: UInt64.self)
            return end(.write, fd, count, 8)
        case .standard: return end(.write, fd, count, count)
        default: return end(.write, fd, count, Int(misused(.write, fd)))
        }
    }
}

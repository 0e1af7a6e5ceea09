// epoll, level-triggered.
import CLinux
import Glibc

extension SimulatedKernel {
    func epollCreate() -> Int32 {
        begin(.epollCreate)
        return end(.epollCreate, -1, 0, allocate(.epoll(WatchList())) ?? -EMFILE)
    }

    func epollControl(_ epoll: Int32, _ operation: Int32, _ fd: Int32, _ events: UInt32, _ data: UInt64) -> Int32 {
        let call: KernelCall =
            operation == EPOLL_CTL_ADD ? .epollAdd : operation == EPOLL_CTL_MOD ? .epollModify : .epollDelete
        begin(call)
        guard case .epoll(let instance)? = object(epoll) else { return end(call, epoll, 0, misused(call, epoll)) }
        guard object(fd) != nil else { return end(call, fd, 0, misused(call, fd)) }
        let connection = stream(fd)
        let client: ClientEnd? = if case .client(let end)? = object(fd) { end } else { nil }
        let canFail = connection != nil || (client != nil && call == .epollAdd)
        let (errno, _) = effect(call, fd, connection, canFail: canFail)
        let index = instance.index(of: fd)
        if let errno {
            failedWatches.insert(fd)
            if let connection { observer?.notWatched(connection) }
            if let client { clientObserver?.notWatched(client) }
            return end(call, fd, Int(events), -errno)
        }
        switch (call, index) {
        case (.epollAdd, nil):
            failedWatches.remove(fd)
            instance.entries.append(.init(fd: fd, events: events, data: data))
        case (.epollModify, let index?):
            instance.entries[index].events = events
            instance.entries[index].data = data
            instance.entries[index].reports = 0
        case (.epollDelete, let index?): instance.entries.remove(at: index)
        case (.epollAdd, _):
            fail("epoll_ctl adds descriptor \(fd), which is watched already")
            return end(call, fd, Int(events), -EEXIST)
        default:
            // Whoever was refused a watch may make sure that there is none.
            if !failedWatches.contains(fd) { fail("\(call) of descriptor \(fd), which is not watched") }
            return end(call, fd, Int(events), -ENOENT)
        }
        return end(call, fd, Int(events), 0)
    }

    /// The server did something about a descriptor: that it was reported had a use.
    func progress(_ fd: Int32) {
        for instance in watchLists {
            if let index = instance.index(of: fd) { instance.entries[index].reports = 0 }
        }
    }

    func epollWait(
        _ epoll: Int32, _ events: UnsafeMutablePointer<epoll_event>, _ capacity: Int, _ timeout: Int64
    ) -> Int32 {
        begin(.epollWait)
        guard case .epoll(let instance)? = object(epoll) else {
            return end(.epollWait, epoll, Int(timeout), misused(.epollWait, epoll))
        }
        return wait(.epollWait, epoll, timeout, on: instance) {
            let ready = collect(instance, capacity)
            // SAFETY: the caller has room for `capacity` events.
            for (index, event) in ready.enumerated() {
                unsafe events[index] = epoll_event(events: event.events, data: epoll_data(u64: event.data))
            }
            return ready.count
        }
    }
}

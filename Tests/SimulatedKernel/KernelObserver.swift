// Who looks on while a server talks to a simulated kernel, and who moves the world around it.

/// Hears what the server does, at the moment at which it does it.
public protocol KernelObserver: AnyObject {
    /// The server waits for events: its turn is over.
    func turnEnds()
    /// The server took a signal, or, where that is nil, looked into an eventfd in which something was.
    func took(_ signal: Int32?, from fd: Int32)
    func accepted(_ connection: SimulatedConnection)
    /// accept4 failed, with the client still in the backlog or gone.
    func acceptFailed(_ errno: Int32)
    /// The server closes a listener in whose backlog these still wait.
    func closesListener(_ waiting: [SimulatedConnection])
    /// The process did not run in this time.
    func stood(from: Int64, to: Int64)
    /// recv brought bytes.
    func received(_ connection: SimulatedConnection, _ bytes: ArraySlice<UInt8>)
    /// recv said that the client had ended its side.
    func receivedEnd(_ connection: SimulatedConnection)
    /// send was given these bytes and took so many, or failed.
    func offered(_ connection: SimulatedConnection, _ bytes: [UInt8], result: Int)
    /// The server asked how much waits to be read.
    func askedQueue(_ connection: SimulatedConnection)
    /// shutdown(SHUT_WR) succeeded.
    func endedSending(_ connection: SimulatedConnection)
    /// A call told the server that the connection is broken.
    func broke(_ connection: SimulatedConnection)
    /// epoll_ctl refused to watch it.
    func notWatched(_ connection: SimulatedConnection)
    /// The server closes it; the connection still is as it was before.
    func closes(_ connection: SimulatedConnection)
}

/// Hears what a process does with the connections that it asks for.
public protocol ClientObserver: AnyObject {
    /// The process waits for events.
    func waits(by call: KernelCall)
    /// The process did not run in this time.
    func stood(from: Int64, to: Int64)
    /// A connection was asked for that comes to nothing at once.
    func failed(_ call: KernelCall, _ errno: Int32)
    /// A connection was asked for.
    func asks(_ end: ClientEnd)
    /// The process has looked how a connection has turned out; 0 if it is there.
    func decided(_ end: ClientEnd, _ errno: Int32)
    /// recv brought bytes.
    func received(_ end: ClientEnd, _ bytes: ArraySlice<UInt8>)
    /// recv said that the server had ended its side.
    func receivedEnd(_ end: ClientEnd)
    /// send was given these bytes and took so many, or failed.
    func offered(_ end: ClientEnd, _ bytes: [UInt8], result: Int)
    /// recv or send told that the connection is broken.
    func broke(_ end: ClientEnd, _ errno: Int32)
    /// epoll_ctl refused to watch it.
    func notWatched(_ end: ClientEnd)
    /// The process closes its end, which still is as it was before.
    func closes(_ end: ClientEnd)
}

/// Everything outside the simulated processes: whom scripts play, workers, who sends signals. Moves only while all of them wait.
public protocol SimulatedWorld: AnyObject {
    /// Does what is due now.
    func act()
    /// When the world will do something of its own accord; nil if never.
    var nextMoment: Int64? { get }
    /// The server sleeps for ever and nothing is going to happen: the world changes something now, or that is a deadlock.
    func nothingWillHappen()
}

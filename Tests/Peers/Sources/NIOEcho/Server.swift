// The eco protocol on SwiftNIO: `nio-echo PORT` serves 127.0.0.1 with one event-loop thread until it is killed.

import Glibc
import NIOCore
import NIOPosix

/// The program: reads its port, listens, and leaves the rest to a handler for each client.
@main struct Server {
    static func main() {
        guard CommandLine.arguments.count == 2, let port = Int(CommandLine.arguments[1]), 1...65535 ~= port else {
            stop("usage: nio-echo PORT (1 to 65535)", status: 64)
        }
        do {
            let listener = try listen(port: port)
            try listener.closeFuture.wait()
        } catch {
            stop("nio-echo: cannot serve port \(port): \(error)", status: 69)
        }
    }

    private static func listen(port: Int) throws -> any Channel {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        // With one loop for the listener and all clients, what they share needs no lock: the box checks that this holds.
        let shared = NIOLoopBoundBox.makeBoxSendingValue(SharedState(), eventLoop: group.next())
        return try ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: SOMAXCONN)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            // A client that ends its side is still owed answers.
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            // The handler asks for each read, so that it can let a client wait that does not take its answers.
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(EchoHandler(shared: shared.value))
                }
            }
            .bind(host: "127.0.0.1", port: port)
            .wait()
    }

    private static func stop(_ complaint: String, status: Int32) -> Never {
        // Unlike `fputs`, `write` needs no `stderr`, a C variable that Swift 6 takes for a data race.
        let line = Array("\(complaint)\n".utf8)
        // SAFETY: the array's own memory and its own count.
        _ = unsafe line.withUnsafeBytes { unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
        exit(status)
    }
}

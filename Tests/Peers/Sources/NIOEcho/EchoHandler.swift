// Between SwiftNIO's channel and the session: greets, answers each read, and closes so that no byte is lost.

import NIOCore

/// One client's end of the pipeline.
final class EchoHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let shared: SharedState
    private var session = Session()
    /// The last answer is on its way: what is read from now on is dropped.
    private var isLeaving = false

    init(shared: SharedState) { self.shared = shared }

    func channelActive(context: ChannelHandlerContext) {
        shared.acceptedCount += 1
        shared.answer.clear(minimumCapacity: 64)
        shared.answer.writeString("Servidor de eco (cliente \(shared.acceptedCount)).\n")
        context.writeAndFlush(wrapOutboundOut(shared.answer), promise: nil)
        context.read()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isLeaving else { return }
        let isGoodbye = session.answer(unwrapInboundIn(data), into: &shared.answer)
        if shared.answer.readableBytes > 0 { context.write(wrapOutboundOut(shared.answer), promise: nil) }
        guard isGoodbye else { return }
        isLeaving = true
        context.flush()
        // Closing both sides now would reset the connection if the client had sent more, and destroy the last answer on
        // its way. SwiftNIO ends the sending side once all is written, and closes at the client's end of stream.
        context.close(mode: .output, promise: nil)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        context.flush()
        readIfWritable(context: context)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        readIfWritable(context: context)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard event as? ChannelEvent == .inputClosed, !isLeaving else { return }
        isLeaving = true
        // With the input closed, SwiftNIO takes any close for a full one that drops what is still to be written. So the
        // close follows the last write, be it an empty one.
        let lastWrite = context.writeAndFlush(wrapOutboundOut(session.finish()))
        lastWrite.assumeIsolated().whenComplete { _ in context.close(promise: nil) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    /// Asks for the next read, unless too many answers wait: then becoming writable asks.
    private func readIfWritable(context: ChannelHandlerContext) {
        if isLeaving || context.channel.isWritable { context.read() }
    }
}

/// What all clients share; their one event loop is the only thread that touches it.
final class SharedState {
    var acceptedCount = 0
    /// Where answers are made. Most are written to the socket before the next one is made, and then its memory is used
    /// again; an answer that has to wait keeps the memory, and the buffer takes new one.
    var answer = ByteBuffer()
}

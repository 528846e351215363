import HTTPTypes
import JSONText
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// Watches one connection for what Hummingbird lets pass: bodies that never end, clients that never read, requests that
/// were answered before they had been read, and requests that cannot be parsed.
///
/// It stands behind the HTTP decoder and before Hummingbird's own handlers, on the connection's event loop.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// What a client may take its time for.
    struct Limits: Sendable {
        let body: TimeAmount
        let write: TimeAmount
        /// Whether a request's body may be as long as it likes, as long as something comes.
        let isStreamed: @Sendable (HTTPRequest.Method, Substring) -> Bool
        /// Bytes and time granted to a body whose answer is out already, so that the client gets to read it.
        let unreadBytes = RequestBodyLimit.bytes
        let linger = TimeAmount.seconds(1)

        init(
            _ configuration: HTTPConfiguration,
            isStreamed: @escaping @Sendable (HTTPRequest.Method, Substring) -> Bool
        ) {
            body = TimeAmount(configuration.bodyTimeout)
            write = TimeAmount(configuration.writeTimeout)
            self.isStreamed = isStreamed
        }
    }

    private let limits: Limits
    private var state = RequestProgress()
    private var bodyDeadline: Scheduled<Void>?
    private var writeDeadline: Scheduled<Void>?
    private var linger: Scheduled<Void>?

    init(_ limits: Limits) {
        self.limits = limits
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            let path = (head.path ?? "").prefix { $0 != "?" }
            let isStreamed = limits.isStreamed(head.method, path)
            state.beginRequest(isStreamed: isStreamed)
            let length = head.headerFields[.contentLength].flatMap { Int($0) } ?? 0
            if head.headerFields[.expect]?.lowercased() == "100-continue", state.mayContinue,
                isStreamed || length <= RequestBodyLimit.bytes
            {
                context.writeAndFlush(wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
            }
        case .body(let bytes):
            if state.isAnsweredEarly(after: bytes.readableBytes, limit: limits.unreadBytes) {
                context.close(promise: nil)
                return
            }
        case .end:
            bodyDeadline?.cancel()
            bodyDeadline = nil
            if state.endRequest() {
                context.close(promise: nil)
                return
            }
        }
        context.fireChannelRead(data)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if state.isReadingWhole, bodyDeadline == nil {
            bodyDeadline = context.eventLoop.assumeIsolated().scheduleTask(in: limits.body) {
                context.close(promise: nil)
            }
        }
        context.fireChannelReadComplete()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(var head) where state.beginAnswer(status: head.status.code):
            // Hummingbird would go on to read the rest of the body, however long it is.
            head.headerFields[.connection] = "close"
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .end:
            switch state.endAnswer() {
            case .goOn: context.write(data, promise: promise)
            case .close:
                context.writeAndFlush(data, promise: promise)
                context.close(promise: nil)
            case .linger:
                context.writeAndFlush(data, promise: promise)
                linger = context.eventLoop.assumeIsolated().scheduleTask(in: limits.linger) {
                    context.close(promise: nil)
                }
            }
        default: context.write(data, promise: promise)
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        writeDeadline?.cancel()
        writeDeadline = nil
        if !context.channel.isWritable { watchWriting(context) }
        context.fireChannelWritabilityChanged()
    }

    /// A client that still sends its body need not read; one that has sent it all must.
    private func watchWriting(_ context: ChannelHandlerContext) {
        writeDeadline = context.eventLoop.assumeIsolated().scheduleTask(in: limits.write) { [self] in
            if state.isReading { watchWriting(context) } else { context.close(promise: nil) }
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? HTTPParserError, !state.isBusy else {
            context.fireErrorCaught(error)
            return
        }
        let problem =
            error == .headerOverflow
            ? Problem(431, "head-too-large", "the request's head is longer than is accepted here")
            : Problem(400, "malformed-request", "this is no HTTP/1.1 request")
        let (head, body) = problem.closingParts
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(body)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil))).assumeIsolated().whenComplete { _ in
            context.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        for task in [bodyDeadline, writeDeadline, linger] { task?.cancel() }
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        for task in [bodyDeadline, writeDeadline, linger] { task?.cancel() }
    }
}

extension Problem {
    /// The answer as it goes out before there is a request that could be routed.
    fileprivate var closingParts: (HTTPResponse, ByteBuffer) {
        var response = response(trace: TraceID())
        response.headers.append(contentsOf: Door.securityHeaders)
        response.headers[.connection] = "close"
        var json = JSONWriter()
        write(to: &json, trace: TraceID())
        let body = ByteBuffer(bytes: json.bytes)
        response.headers[.contentLength] = String(body.readableBytes)
        return (response.head, body)
    }
}

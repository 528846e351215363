import HTTPTypes
import Hummingbird
import JSONText
import NIOCore

extension MessageIntake.Receipt {
    /// The members of a receipt.
    func write(to json: inout JSONWriter) {
        json.field("id", id.text)
        json.field("position", position)
        json.field("trackingCode", code.description)
    }
}

extension Response {
    /// 201 with what the sender gets, and where to read the message.
    static func receipt(_ receipt: MessageIntake.Receipt, headers: HTTPFields) -> Response {
        var headers = headers
        headers[.contentType] = "application/json"
        headers[.location] = "/v1/feedback/" + receipt.id.text
        let body = JSONWriter.object(capacity: 160) { receipt.write(to: &$0) }
        return Response(status: .created, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    }
}

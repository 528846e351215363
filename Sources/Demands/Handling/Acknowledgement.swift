/// Tells replies that answer nothing: that a message was received, or was passed on.
///
/// A text only acknowledges when some clause of it says so, and every other clause is a greeting, thanks, a name or a date.
/// Whoever replies may say themselves that theirs only acknowledges, but not the opposite: a rate of answers that counted
/// "received, thank you" would measure nothing. Chinese, English and German; a text in another language counts as an answer.
package enum Acknowledgement {
    /// Longer texts say more than that.
    package static let longest = 200

    package static func isAll(of text: String) -> Bool {
        guard text.unicodeScalars.count <= longest else { return false }
        var says = false
        for clause in clauses(text) {
            switch meaning(clause) {
            case .acknowledgement: says = true
            case .courtesy: continue
            case .substance: return false
            }
        }
        return says
    }

    private enum Meaning {
        case acknowledgement, courtesy, substance
    }

    private static let ends = Set("，,。.！!；;：:、？?\u{22}“”‘’《》()（）".unicodeScalars)

    /// Without blanks, in small letters.
    private static func clauses(_ text: String) -> [String] {
        let isLatin = text.unicodeScalars.contains { ("a"..."z").contains($0) } && !text.unicodeScalars.contains(where: isHan)
        return text.unicodeScalars
            .split { scalar in
                ends.contains(scalar) || (scalar.properties.isWhitespace && (scalar == "\n" || !isLatin))
            }
            .map { clause in
                String(String.UnicodeScalarView(clause.filter { !$0.properties.isWhitespace })).lowercased()
            }
            .filter { !$0.isEmpty }
    }

    private static func isHan(_ scalar: Unicode.Scalar) -> Bool { (0x4E00...0x9FFF).contains(scalar.value) }

    private static func meaning(_ clause: String) -> Meaning {
        let rest = withoutGreeting(clause)
        if rest.isEmpty || isDateOrName(rest) { return .courtesy }
        let length = rest.unicodeScalars.count
        guard length <= 60, !outcomes.contains(where: rest.contains) else { return .substance }
        if receipts.contains(where: rest.contains) || forwards.contains(where: rest.contains) {
            return .acknowledgement
        }
        if length <= 40, courtesies.contains(where: rest.contains) { return .courtesy }
        return .substance
    }

    private static func withoutGreeting(_ clause: String) -> Substring {
        var rest = Substring(clause)
        while let greeting = greetings.first(where: rest.hasPrefix) { rest.removeFirst(greeting.count) }
        return rest
    }

    private static func isDateOrName(_ text: Substring) -> Bool {
        text.unicodeScalars.allSatisfy { scalar in
            ("0"..."9").contains(scalar) || "年月日-/".unicodeScalars.contains(scalar)
        } || (text.contains(where: \.isNumber) && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) })
    }

    private static let greetings = [
        "尊敬的", "亲爱的", "网友们", "网友", "网民", "市民", "您好", "你好", "同志", "朋友", "dear", "hello", "sehrgeehrte",
        "gutentag", "hallo",
    ]

    /// That it came.
    private static let receipts = [
        "收悉", "已收到", "获悉", "知悉", "阅悉", "havereceivedyour", "wasreceived", "hasbeenreceived", "acknowledgereceipt",
        "istbeiunseingegangen", "habenwirerhalten",
    ]

    /// That it was passed on.
    private static let forwards = [
        "已转", "转至", "转交", "转给", "移交", "交办", "交由", "交有关", "交相关", "已交", "反馈给", "向有关部门反馈", "转相关", "转有关",
        "forwardedto", "passedonto", "passedto", "weitergeleitet",
    ]

    /// That something came of it after all.
    private static let outcomes = ["得到", "解决", "完成", "经查", "经核", "根据", "resolved", "completed", "gelöst", "erledigt"]

    private static let courtesies = [
        "谢", "关于您反映的问题", "关于你反映的问题", "关于您所反映", "您反映的问题", "您所反映的问题", "你反映的问题", "敬请关注", "请勿重复",
        "关注后续", "如有情况", "及时回复", "请耐心", "予以回复", "答复反馈", "通过平台", "的留言", "尽快", "督促", "积极处理", "调查处理",
        "核处", "核实", "办理", "回复如下", "答复如下", "thankyou", "thanks", "regards", "getbacktoyou", "beintouch", "vielendank",
        "wirdanken", "mitfreundlichengrüßen", "meldenuns",
    ]
}

/// What ties the people of a group together.
package enum Tie: String, Sendable, CaseIterable {
    /// 地缘
    case place
    /// 学缘
    case school
    /// 业缘
    case occupation
    /// 趣缘
    case affinity
    case other
}

/// What a demand asks for.
package enum DemandKind: String, Sendable, CaseIterable {
    /// 求决
    case request
    /// 咨询
    case enquiry
    /// 建议
    case suggestion
    /// 投诉
    case complaint
    /// 举报
    case report
    /// 申诉
    case appeal
    /// 表扬
    case praise
}

/// How a message reached us: codes that every tenant starts with.
package enum Channel {
    package static let defaults = [
        "web", "app", "phone", "sms", "email", "letter", "in_person", "meeting", "forum", "weibo", "wechat", "other",
    ]
}

/// How a category, a kind, a group or a place came to a demand.
package enum ClassificationMethod: String, Sendable, CaseIterable {
    /// The collector named it.
    case given
    /// Words of the taxonomy occur in the text.
    case keywords
    /// A trained model of the tenant decided, with a confidence.
    case model
    /// A reviewer set it.
    case reviewer
    /// A later version of the taxonomy says what became of the category that it had.
    case taxonomy
}

/// A demand that nobody has classified yet.
package let unclassifiedCategory = "unclassified"

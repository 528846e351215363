/// Phrases that people write to any authority about anything: they never make two demands alike.
///
/// Each feature of them counts as if a tenth of all texts held it, from the first text on; what a tenant's own texts
/// repeat loses weight by itself (`FeatureCounts.weight`). Part of `SketchMaker.version`: changing a phrase changes it.
enum StockPhrases {
    static let all: [String] = chinese + english + german

    static let chinese = """
        请尽快处理 尽快解决 请加快 加快建设 加强管理 刻不容缓 迫在眉睫 关于咨询 咨询问题 相关问题 有关问题 的问题 的建议 几点建议 一点建议 \
        建议增加 建议增设 希望政府 希望领导 请求政府 强烈要求 强烈建议 强烈反对 强烈投诉 坚决反对 投诉举报 我要举报 我要投诉 实名举报 再次反映 \
        再次投诉 再次举报 反映问题 情况反映 请问何时 什么时候 何时能够 何时解决 何时才能 是否可以 能不能 能否增加 可不可以 怎么办理 如何办理 \
        如何处理 怎么解决 为什么 为何还 合理吗 合法吗 谁来管 有人管吗 无人管理 没人管 严重影响 影响居民 居民生活 扰民问题 存在严重 安全隐患 \
        恳请领导 请领导 望领导 有关部门 相关部门 不作为 乱作为 迟迟不 至今未 一直没有 得不到解决 急需解决 急需处理 需要解决 规划建设 建设力度 \
        尊敬的领导 尊敬的书记 您好 你好 谢谢 感谢 给予回复 给予答复 望回复 请回复 给个说法 本人是 我是一名 我们是
        """.split(separator: " ").map(String.init)

    static let english = """
        make it illegal to|make it a criminal offence to|make it compulsory for|make it mandatory for|\
        make the production sale and use of|the sale and use of|stop the use of|hold a referendum on|to debate|\
        i would like to|we call upon the|we demand that|we want the|please speed up|please help|\
        please do something about|an enquiry about|enquiry about|a question about|a complaint about|complaint about|\
        a suggestion for|suggestion about|as soon as possible|in the united kingdom|in the uk|in england|\
        in england and wales|year olds|the age of|under the age of|for people with|bring back|bring in|\
        change the law so that|change the law to|introduce a law to|give people the right to|allow people to|\
        do not allow|ban the|ban the sale of|ban the use of|increase the|reduce the|remove the|scrap the|abolish the|\
        reinstate the|review the|amend the|extend the|lower the age|raise the age|lower the|raise the|of the|in the|\
        to the|for the|on the|from the|by the|with the|and the|to be|to have|should be|have to|for all|of all|to all|\
        in all|dear sir or madam|thank you|looking forward to your reply|could you please|i want to know|when will|\
        how can i|there is a problem with|the problem of
        """.split(separator: "|").map(String.init)

    static let german = """
        bitte beschleunigen|bitte kümmern sie sich|eine anfrage zu|anfrage zum|eine frage zu|eine beschwerde über|\
        beschwerde wegen|ich möchte|wir fordern|es wäre schön|es wäre gut|so schnell wie möglich|in der|in die|\
        auf der|auf die|auf dem|an der|an den|für die|für den|mit dem|mit der|von der|bei der|durch die|über die|\
        zu den|und die|ist die|ist der|es gibt|wird die|nicht mehr|sehr geehrte damen und herren|vielen dank|\
        mit freundlichen grüßen|ich bitte um antwort|wann wird|wie kann ich|problem mit
        """.split(separator: "|").map(String.init)
}

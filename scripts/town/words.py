"""Liudu (柳渡, Willowford): a small invented town. Nobody lives there; every sentence was written for this demo.

A want is (weight, kind, groups that tend to voice it, Chinese sentences, English sentences). {place} and {detail} are
filled in by the generator. No category is given: the taxonomy's keywords find it, or do not.
"""

PLACES = [
    # code, parent, name_zh, name_en, size, share of the voices
    ("liudu", "", "柳渡", "Willowford", 48_600, 2),
    ("heyan", "liudu", "河沿区", "Riverside", 16_200, 10),
    ("heyan-north", "heyan", "河沿北里", "Riverside North", 6_100, 9),
    ("heyan-south", "heyan", "河沿南里", "Riverside South", 5_800, 7),
    ("xingang", "liudu", "新港区", "New Harbour", 14_900, 12),
    ("xingang-docks", "xingang", "新港码头", "Harbour Docks", 3_400, 9),
    ("xingang-towers", "xingang", "新港高楼", "Harbour Towers", 7_700, 8),
    ("laoji", "liudu", "老集区", "Old Market", 11_800, 10),
    ("laoji-lanes", "laoji", "老集巷", "Market Lanes", 4_900, 8),
    ("shanjiao", "liudu", "山脚区", "Hillfoot", 5_700, 4),
    ("shanjiao-farms", "shanjiao", "山脚农场", "Hillfoot Farms", 1_300, 0),  # nobody speaks there: silence shows
]

ORGANIZATIONS = [
    # code, parent, roles, represents, serves, name_zh, name_en
    ("federation", "", "steward", "", "", "柳渡群团联合会", "Federation of Willowford Associations"),
    ("union", "federation", "steward", "dockers;couriers;nurses", "", "柳渡工会", "Willowford Workers' Union"),
    ("union-port", "union", "steward", "dockers", "", "新港港口工会", "Harbour Port Union"),
    ("women", "federation", "steward", "mothers", "", "柳渡妇女会", "Willowford Women's Association"),
    ("youth", "federation", "steward", "choir;night-riders", "pupils", "柳渡青年会", "Willowford Youth Association"),
    ("residents", "federation", "steward", "lane-residents", "", "居民委员会联会", "Joint Residents' Committees"),
    ("town-hall", "", "responsible", "", "", "镇政府", "Town Hall"),
    ("works", "town-hall", "responsible", "", "lane-residents", "市政工程处", "Public Works Office"),
    ("transport", "town-hall", "responsible", "", "couriers", "交通处", "Transport Office"),
    ("schools", "town-hall", "responsible", "", "pupils;mothers", "教育处", "Schools Office"),
]

GROUPS = [
    # code, ties, size, aliases, name_zh, name_en
    ("dockers", "occupation", 1_450, "码头工;harbour workers", "码头工人", "Dock workers"),
    ("couriers", "occupation", 620, "外卖骑手;delivery riders", "快递员", "Couriers"),
    ("nurses", "occupation", 380, "", "护士", "Nurses"),
    ("apprentices", "occupation", 90, "", "船厂学徒", "Shipyard apprentices"),  # silent
    ("mothers", "affinity", "", "宝妈", "年轻妈妈", "Young mothers"),
    ("pupils", "school", 5_200, "", "中学生", "Secondary school pupils"),
    ("alumni", "school", 2_100, "", "柳渡一中校友", "Alumni of First School"),
    ("choir", "affinity", 75, "", "合唱团", "Town choir"),
    ("lane-residents", "place", 4_900, "老巷居民", "老集巷居民", "Residents of the lanes"),
]

# Named in messages; no group is registered for them. The demo lets a reviewer recognise the first one.
UNREGISTERED = [("夜骑队", "affinity"), ("Allotment gardeners", "affinity")]
RECOGNISED = ("night-riders", "affinity", 400, "夜骑队", "Night riders")

WANTS = [
    (9, "request", ["lane-residents"],
     ["{place}的路灯坏了{detail}，晚上走路看不清", "{place}巷口的路灯一直不亮，请尽快修"],
     ["The street lamps in {place} have been out {detail}", "Please repair the street light at the corner in {place}"]),
    (8, "complaint", ["lane-residents"],
     ["{place}的垃圾{detail}没有人清运，味道很大", "垃圾桶满了没人管，{place}苍蝇很多"],
     ["Rubbish in {place} was not collected {detail}", "The waste bins in {place} overflow every weekend"]),
    (8, "complaint", [],
     ["{place}夜里施工噪音太大，孩子睡不着", "{place}半夜还有装修噪声，已经{detail}"],
     ["Construction noise at night in {place}, nobody sleeps", "Noise from the building site in {place} {detail}"]),
    (9, "request", ["pupils", "mothers"],
     ["{place}到学校的公交车太少，早上等{detail}", "希望公交线路延长到{place}"],
     ["The bus from {place} to school comes too rarely, we wait {detail}", "Please extend the bus line to {place}"]),
    (6, "request", ["couriers"],
     ["{place}没有电动车充电的地方，送货只能停路边", "希望在{place}给骑手设停车和休息的地方"],
     ["Couriers need a place to charge and park in {place}", "There is nowhere to rest between deliveries in {place}"]),
    (7, "complaint", ["dockers"],
     ["加班工资{detail}没有发，找班长没有答复", "码头的劳动合同一直没有签，工资也不透明"],
     ["Overtime wages have not been paid {detail}", "No labour contract after months of work on the docks"]),
    (5, "suggestion", ["dockers", "nurses"],
     ["建议{place}食堂给夜班留热饭", "夜班交通不便，建议开一班夜间公交"],
     ["Please keep a hot meal for the night shift", "A night bus for shift workers would help in {place}"]),
    (6, "enquiry", ["mothers"],
     ["请问幼儿园报名什么时候开始，需要哪些材料", "想咨询{place}托育中心的名额"],
     ["When does kindergarten enrolment begin and which papers do we need?", "Is there a nursery place left in {place}?"]),
    (5, "suggestion", ["pupils", "alumni"],
     ["建议学校图书馆周末开放", "学校操场放学后能不能对学生开放"],
     ["The school library should be open at weekends", "Could the school sports ground stay open after class?"]),
    (5, "complaint", ["nurses"],
     ["医院排队太久，护士一个人要看{detail}", "{place}卫生站缺药，老人跑了几趟"],
     ["The hospital queue takes {detail}", "The health centre in {place} is out of common medicine"]),
    (5, "request", ["lane-residents"],
     ["{place}老楼没有电梯，老人下不了楼", "{place}房屋漏水{detail}，物业不管"],
     ["Old people cannot leave the house: no lift in {place}", "The roof in {place} has leaked {detail} and housing does nothing"]),
    (4, "suggestion", ["choir"],
     ["合唱团排练没有场地，希望文化站晚上开放", "希望{place}文化广场办露天音乐会"],
     ["The choir needs a rehearsal room in the evening", "An open-air concert on the square in {place} would be lovely"]),
    (4, "praise", [],
     ["{place}新修的公园很好，谢谢你们", "社区工作人员很耐心，表扬一下"],
     ["The new park in {place} is a joy, thank you", "The people at the community office are patient and kind"]),
    (3, "report", [],
     ["有人往{place}的河里排污水", "举报{place}小作坊夜里偷排废水"],
     ["Someone discharges waste water into the river at {place}", "A workshop in {place} pollutes the river at night"]),
    (3, "appeal", ["couriers"],
     ["对停车罚款有异议，当时没有任何标志", "申请复核{place}的停车处罚"],
     ["I object to a parking fine in {place}: there was no sign", "Please review the fine, the bay was marked free"]),
    (3, "request", [],
     ["就是想有人听听我们说话", "有事情想反映，不知道找谁"],
     ["Somebody should simply listen to us", "We do not know whom to ask about this"]),
]

DETAIL_ZH = ["三天", "一个星期", "半个月", "一个月", "四十分钟", "很久"]
DETAIL_EN = ["for three days", "for a week", "for two weeks", "for a month", "for forty minutes", "for ages"]

SURVEY = {
    "title": {"zh": "新港公交线路", "en": "A bus line for New Harbour"},
    "organization": "transport",
    "questions": [
        {"code": "use", "type": "single", "required": True,
         "text": {"zh": "你多久坐一次公交？", "en": "How often do you take the bus?"},
         "options": [
             {"code": "daily", "text": {"zh": "每天", "en": "Every day"}},
             {"code": "weekly", "text": {"zh": "每周几次", "en": "A few times a week"}},
             {"code": "rarely", "text": {"zh": "很少", "en": "Rarely"}},
             {"code": "never", "text": {"zh": "从不", "en": "Never"}}]},
        {"code": "matters", "type": "multiple", "minimum": 1, "maximum": 3,
         "text": {"zh": "哪些最重要？", "en": "What matters most?"},
         "options": [
             {"code": "often", "text": {"zh": "班次多", "en": "It comes often"}},
             {"code": "late", "text": {"zh": "夜里也开", "en": "It runs at night"}},
             {"code": "cheap", "text": {"zh": "票价低", "en": "It is cheap"}},
             {"code": "access", "text": {"zh": "无障碍", "en": "Everybody can board"}},
             {"code": "music", "text": {"zh": "车上有音乐", "en": "Music on board"}}]},
        {"code": "satisfied", "type": "scale", "scale": {"from": 1, "to": 5},
         "text": {"zh": "你对现在的公交满意吗？（1 很不满意，5 很满意）",
                  "en": "How satisfied are you with today's buses? (1 not at all, 5 very)"}},
        {"code": "wish", "type": "text", "maximumLength": 1000,
         "text": {"zh": "还有什么要求？", "en": "What else do you want?"},
         "collectsDemands": {"kind": "suggestion"}},
    ],
}

# What the town's offices answer. Of the second kind is what only says that it was received.
ANSWERS = {
    "answered": {
        "zh": "您反映的情况我们去现场看过，已安排在下周处理，费用由镇里承担。",
        "en": "We went to see it. It will be put right next week, and the town pays for it.",
    },
    "acknowledged": {"zh": "您的留言已收悉，感谢您的关心。", "en": "We have received your message. Thank you."},
}
REFUSAL_ZH = "这件事不在镇里的权限之内。"
REFUSAL_EN = "This is not for the town to decide."
AGAIN_ZH = "一周过去了，没有人来。"
AGAIN_EN = "A week has passed and nobody came."

BRIEF = {
    "title": "柳渡人说得最多的两件事",
    "text": "镇上很多人在不同的地方说了同样的两件事。我们请镇政府在秋天以前给出安排。",
    "language": "zh",
}
OUTCOME = "第一件今年办，第二件列入明年的预算。"

/// What a tenant starts with: what people ask of unions, neighbourhood and school organizations and public services.
///
/// A file as `chorus import taxonomy` takes it: `chorus taxonomy default` prints it, to be changed and imported.
package enum DefaultTaxonomy {
    /// Of the names in its level columns.
    package static let language = "zh"

    package static let columns = ["code", "level1", "level2", "name_en", "keywords"]

    /// The file, line by line.
    package static var csv: String {
        ([columns] + rows).map { $0.joined(separator: ",") + "\n" }.joined()
    }

    /// - Throws: nothing but for a mistake in this file.
    package static func categories() throws(TaxonomyFile.Refusals) -> [Category] {
        let rows = rows.enumerated().map { index, fields in
            TaxonomyFile.Row(line: index + 2, fields: Dictionary(zip(columns, fields)) { first, _ in first })
        }
        return try TaxonomyFile(columns: columns, rows: rows, language: language).categories
    }

    /// No field holds a comma or a quote.
    private static let rows = [
        ["work", "劳动权益", "", "Work and pay", "打工;职工;员工;employer;employee"],
        ["work/pay", "劳动权益", "工资报酬", "Wages", "欠薪;拖欠工资;加班费;奖金;底薪;salary;unpaid;overtime pay"],
        ["work/contract", "劳动权益", "劳动合同", "Employment contracts", "辞退;裁员;解雇;离职;试用期;dismissal;dismissed;laid off"],
        ["work/hours", "劳动权益", "工时休假", "Working hours and leave", "加班;年假;产假;调休;overtime;annual leave;night shift"],
        ["work/safety", "劳动权益", "劳动保护", "Safety at work", "工伤;职业病;高温补贴;防护用品;work accident;protective equipment"],
        ["work/jobs", "劳动权益", "就业培训", "Jobs and training", "找工作;招聘;失业;职业技能;unemployed;job fair;vocational"],
        ["security", "社会保障", "", "Social security", "社保;五险一金;social insurance"],
        ["security/pension", "社会保障", "养老保险", "Pensions", "退休金;养老金;退休;pension;retirement"],
        ["security/medical", "社会保障", "医疗保险", "Health insurance", "医保;报销;新农合;reimbursement"],
        ["security/hardship", "社会保障", "困难帮扶", "Help in hardship", "低保;救助;贫困;慰问;残疾;subsidy;poverty;disabled"],
        ["housing", "住房物业", "", "Housing", "小区;业主;住户;tenant;apartment;flat"],
        ["housing/property", "住房物业", "物业管理", "Property management", "物业费;电梯;业委会;保安;elevator;landlord"],
        ["housing/repairs", "住房物业", "房屋维修", "Repairs", "漏水;渗水;外墙;老旧小区;leak;leaking;mould"],
        ["housing/affordable", "住房物业", "保障住房", "Affordable housing", "公租房;廉租房;公积金;房租;rent;dormitory;宿舍"],
        ["schools", "学校教育", "", "Schools", "学校;老师;教师;学生;校园;家长;teacher;pupil;student;school"],
        ["schools/admission", "学校教育", "入学招生", "Admission", "学位;学区;择校;转学;enrolment;enrollment"],
        ["schools/fees", "学校教育", "教育收费", "School fees", "学费;补课;乱收费;校服;tuition"],
        ["schools/campus", "学校教育", "校园生活", "Campus life", "食堂;课后服务;校车;作业;霸凌;canteen;homework;bullying"],
        ["health", "医疗健康", "", "Health", "医院;看病;医生;hospital;doctor"],
        ["health/care", "医疗健康", "就医服务", "Medical care", "挂号;门诊;急诊;体检;疫苗;appointment;vaccine;clinic"],
        ["health/mind", "医疗健康", "心理健康", "Mental health", "心理咨询;抑郁;焦虑;counselling;depression;anxiety"],
        ["family", "家庭服务", "", "Family services", "妇女;家庭;women;family"],
        ["family/children", "家庭服务", "托育幼儿", "Child care", "托儿;幼儿园;带孩子;nursery;kindergarten;childcare"],
        ["family/elderly", "家庭服务", "老人照护", "Care for the elderly", "敬老院;养老院;老年人;老人;独居;nursing home;senior"],
        ["traffic", "交通出行", "", "Traffic", "道路;马路;road;street"],
        ["traffic/buses", "交通出行", "公共交通", "Buses and trains", "公交;地铁;班车;站台;bus;subway;metro"],
        ["traffic/roads", "交通出行", "道路维护", "Road maintenance", "坑洼;路面;路灯;人行道;pothole;street lamp;pavement"],
        ["traffic/parking", "交通出行", "停车秩序", "Parking and traffic order", "停车位;乱停;堵车;拥堵;红绿灯;traffic jam;traffic light"],
        ["environment", "环境卫生", "", "Environment", "污染;环保;pollution"],
        ["environment/noise", "环境卫生", "噪音扰民", "Noise", "噪声;广场舞;施工扰民;noise;noisy"],
        ["environment/waste", "环境卫生", "垃圾污水", "Waste and sewage", "垃圾;臭味;异味;下水道;rubbish;garbage;sewage"],
        ["environment/parks", "环境卫生", "绿化公园", "Parks and greenery", "绿地;树木;playground;trees"],
        ["supply", "水电气网", "", "Water and energy", "停水;停电;燃气;自来水;water supply;power cut;gas;electricity"],
        ["supply/internet", "水电气网", "通信网络", "Internet and phone", "宽带;断网;信号;broadband;wifi"],
        ["market", "消费市场", "", "Shops and consumers", "消费者;商家;退款;refund;consumer"],
        ["market/food", "消费市场", "食品安全", "Food safety", "变质;过期;外卖;food poisoning;expired"],
        ["safety", "公共安全", "", "Public safety", "治安;安全隐患;诈骗;盗窃;crime;fraud;theft"],
        ["safety/fire", "公共安全", "消防隐患", "Fire safety", "消防;火灾;飞线充电;消防通道;fire exit;smoke alarm"],
        ["culture", "文化体育", "", "Culture and sport", "活动室;图书馆;健身;library;sports;gym"],
        ["administration", "政务服务", "", "Public administration", "办事;窗口;证件;户口;服务态度;permit;certificate;official"],
        ["membership", "群团组织", "", "Our organizations", "工会;团委;妇联;社团;入会;会费;trade union;membership"],
    ]
}

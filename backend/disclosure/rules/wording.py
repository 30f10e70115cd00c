"""The Chinese words of disclosure that people read, in one place."""

from __future__ import annotations

from collections.abc import Mapping

from backend.disclosure.rules.values import (
    BookKind,
    CostKind,
    Danger,
    EntryKind,
    Excluded,
    Ground,
    Payee,
    Post,
    Purpose,
    SourceKind,
    StepKind,
)

PUBLISHED = "{community}{period}{book}收支已公布，点开可查看每一笔的用途和凭证。"
CORRECTED = "{community}{period}{book}收支有更正，原因：{reason}。更正前的内容仍可查看。"
BOOKS: Mapping[BookKind, str] = {BookKind.COMMON: "公共收益", BookKind.FUND: "住宅专项维修资金"}
ENTRIES: Mapping[EntryKind, str] = {
    EntryKind.INCOME: "收入",
    EntryKind.COST: "支出",
    EntryKind.SPLIT: "按决定分配",
    EntryKind.FIRST: "首期交存",
    EntryKind.DEPOSIT: "续交",
    EntryKind.OPENING: "期初结转",
    EntryKind.INTEREST: "利息",
    EntryKind.FROM_COMMON: "公共收益划入",
    EntryKind.USE: "使用",
    EntryKind.REFUND: "退还或转出",
    EntryKind.REVERSAL: "冲销",
}
SOURCES: Mapping[SourceKind, str] = {
    SourceKind.ADVERTISING: "广告",
    SourceKind.PARKING: "公共道路停车",
    SourceKind.LEASE: "公共用房出租",
    SourceKind.STALLS: "场地摊位",
    SourceKind.CHARGING: "充电设施场地",
    SourceKind.RECYCLING: "废品回收柜等进场",
    SourceKind.LICENCE: "通信设施进场",
    SourceKind.INTEREST: "存款利息",
    SourceKind.OTHER: "其他收入",
}
COSTS: Mapping[CostKind, str] = {
    CostKind.UPKEEP: "设施维护",
    CostKind.STAFF: "人工",
    CostKind.POWER: "水电",
    CostKind.TAX: "税费",
    CostKind.INSURANCE: "保险",
    CostKind.OTHER: "其他支出",
}
PAYEES: Mapping[Payee, str] = {
    Payee.FUND: "补充维修资金",
    Payee.OWNERS: "按面积分给业主",
    Payee.FIRM: "物业企业",
    Payee.COMMITTEE: "业主大会和业委会经费",
    Payee.WORKS: "公共部位工程",
}
GROUNDS: Mapping[Ground, str] = {Ground.VOTE: "业主表决", Ground.EMERGENCY: "应急程序"}
PURPOSES: Mapping[Purpose, str] = {
    Purpose.ROOF: "屋面",
    Purpose.WALL: "外墙",
    Purpose.LIFT: "电梯",
    Purpose.FIRE: "消防设施",
    Purpose.DRAINS: "公共给排水管道",
    Purpose.STRUCTURE: "承重结构",
    Purpose.POWER: "公共配电和照明",
    Purpose.ACCESS: "无障碍设施",
    Purpose.OTHER: "其他共有部分",
}
EXCLUDED: Mapping[Excluded, str] = {
    Excluded.WARRANTY: "仍在建设单位保修期内",
    Excluded.UTILITY_LINES: "属于供水、供电、供气、供热、通信等专业经营单位的管线和设施",
    Excluded.LIABLE_PERSON: "人为损坏，应由责任人承担",
    Excluded.SERVICE_UPKEEP: "物业服务合同已约定由物业费承担的日常养护",
}
DANGERS: Mapping[Danger, str] = {
    Danger.LEAK: "屋面、外墙严重渗漏",
    Danger.LIFT: "电梯故障",
    Danger.FIRE: "消防设施故障",
    Danger.FALLING: "外墙饰面或共有部分脱落",
    Danger.CURTAIN_WALL: "玻璃幕墙炸裂",
    Danger.DRAINS: "排水设施堵塞、爆裂",
    Danger.FLOOD: "地下车库积水",
    Danger.LIFE: "其他危及人身安全的情形",
}
STEPS: Mapping[StepKind, str] = {
    StepKind.REPORT: "报告险情",
    StepKind.INSPECTION: "共同查勘",
    StepKind.REPAIR: "维修完成",
    StepKind.PAPERS: "完工资料公示",
    StepKind.WITHDRAWN: "撤销立项",
}
POSTS: Mapping[Post, str] = {
    Post.NOT_YET: "本期尚未结束",
    Post.DUE: "待公布",
    Post.MISSED: "逾期未公布",
    Post.ON_TIME: "按期公布",
    Post.LATE: "逾期公布",
}
RAISE_ADVICE = (
    "余额不足首期交存额的百分之三十，应当续筹。续筹属于筹集维修资金，"
    "须由业主大会按四分之三多数决定（民法典第二百七十八条第一款第六项）。"
)
PAPER_ADVICE = "凭证向全体业主公开。上传前请遮盖个人姓名、手机号、身份证号、银行账号和房号。"
FEW_HOMES = "其他楼栋合计"
WHOLE = "全小区"

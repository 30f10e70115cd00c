"""Every Chinese word of due process that people read, but for the printed pages."""

from __future__ import annotations

from collections.abc import Mapping

from backend.fees.rules.arrears.values import Closing, Ground, Kind, Outcome, Side, State, Way

STATE_NAMES: Mapping[State, str] = {
    State.OPENED: "已登记，尚未提醒",
    State.REMINDED: "已提醒",
    State.NOTICED: "已书面催告",
    State.DISPUTED: "有异议，催缴暂停",
    State.INSTALMENTS: "分期缴纳中，催缴暂停",
    State.MEDIATED: "已调解",
    State.FILED: "已整理诉讼材料",
    State.CLOSED: "已结束",
}
KIND_NAMES: Mapping[Kind, str] = {
    Kind.OPENED: "登记",
    Kind.REMINDED: "提醒",
    Kind.NOTICED: "书面催告",
    Kind.DELIVERED: "登记送达",
    Kind.RECEIVED: "确认收到",
    Kind.REPLIED: "回复",
    Kind.ANSWERED: "答复",
    Kind.DISPUTED: "提出异议",
    Kind.DISPUTE_ANSWERED: "答复异议",
    Kind.DISPUTE_ACCEPTED: "接受答复",
    Kind.DISPUTE_WITHDRAWN: "撤回异议",
    Kind.DISPUTE_UPHELD: "确认异议成立",
    Kind.DISPUTE_REJECTED: "异议经调解后结束",
    Kind.MEDIATION_ASKED: "申请调解",
    Kind.MEDIATED: "登记调解记录",
    Kind.INSTALMENTS_ASKED: "申请分期",
    Kind.INSTALMENTS_AGREED: "同意分期",
    Kind.INSTALMENTS_REFUSED: "不同意分期",
    Kind.INSTALMENTS_BROKEN: "分期未按期缴纳",
    Kind.FILED: "整理诉讼材料",
    Kind.CLOSED: "结束",
}
SIDE_NAMES: Mapping[Side, str] = {
    Side.FIRM: "物业",
    Side.OWNER: "业主",
    Side.COMMUNITY: "社区",
    Side.SYSTEM: "系统",
}
GROUND_NAMES: Mapping[Ground, str] = {
    Ground.AMOUNT: "金额或单价有误",
    Ground.AREA: "计费面积有误",
    Ground.READING: "抄表读数有误",
    Ground.PAID: "已经缴纳",
    Ground.NOT_MINE: "不在我承担的期间",
    Ground.SERVICE: "服务未按合同提供",
    Ground.NO_BASIS: "收费没有依据",
    Ground.OTHER: "其他",
}
WAY_NAMES: Mapping[Way, str] = {
    Way.MESSAGE: "消息送达",
    Way.HANDED: "当面送达",
    Way.LEFT: "留置送达",
    Way.POST: "邮寄送达",
}
OUTCOME_NAMES: Mapping[Outcome, str] = {
    Outcome.AGREED: "达成协议",
    Outcome.NOT_AGREED: "未达成协议",
    Outcome.ABSENT: "一方未到场",
}
CLOSING_NAMES: Mapping[Closing, str] = {
    Closing.PAID: "已缴清",
    Closing.INSTALMENTS: "分期已缴清",
    Closing.CANCELLED: "账单已更正冲销",
    Closing.WITHDRAWN: "物业撤回",
}
ALWAYS = "无论是否欠费，水、电、气、热照常供应，您在业主大会的表决权不受影响。"

NOW: Mapping[State, str] = {
    State.OPENED: "您有账单已过应缴日。物业尚未提醒。",
    State.REMINDED: "物业已提醒您缴纳逾期账单。{until}之前不会发出书面催告。",
    State.NOTICED: "物业已发出书面催告，期限至{until}止。期满仍未缴纳的，物业可以申请调解。",
    State.DISPUTED: "您的异议正在处理。异议了结之前，提醒、催告和期限全部暂停。",
    State.INSTALMENTS: "您与物业约定分期缴纳。按期缴纳期间不再催缴。",
    State.MEDIATED: "调解已有记录。书面催告期满仍未缴纳的，物业可以整理材料提起诉讼。",
    State.FILED: "物业已整理诉讼材料。缴清后本记录自动结束。",
    State.CLOSED: "本项催缴已经结束，您不需要再做什么。",
}
"""What an owner reads about where the case stands; `until` is a day, or says that the clock stands."""

OPTIONS: Mapping[Kind, str] = {
    Kind.RECEIVED: "告诉物业您已收到书面催告。",
    Kind.REPLIED: "向物业说明情况。",
    Kind.DISPUTED: "账单有误可以提出异议，并附照片；提出后催缴全部暂停。",
    Kind.DISPUTE_ACCEPTED: "同意物业对异议的答复，异议了结。",
    Kind.DISPUTE_WITHDRAWN: "撤回异议，催缴期限继续计算。",
    Kind.MEDIATION_ASKED: "请社区组织调解。",
    Kind.INSTALMENTS_ASKED: "申请分期缴纳；物业同意并按期缴纳期间不再催缴。",
}
"""What an owner can do, in plain words."""

SUBJECT = "费用事项有新进展"
"""What a locked screen shows: no home, no sum, no word about owing."""

TO_OWNER: Mapping[Kind, str] = {
    Kind.REMINDED: (
        "{label}有{count}张账单已过应缴日，共{amount}元。如已缴纳请忽略；如有疑问，可在小程序提出异议，催缴随即暂停。"
    ),
    Kind.NOTICED: (
        "{firm}就{label}的{count}张逾期账单（共{amount}元）发出书面催告，期限至{until}止。"
        "可在小程序查看、缴纳、申请分期或提出异议；提出异议后催缴暂停。" + ALWAYS
    ),
    Kind.ANSWERED: "{firm}答复了您关于{label}费用的说明，请在小程序查看。",
    Kind.DISPUTE_ANSWERED: "{firm}答复了您对{label}账单的异议。您可以接受、撤回，或请社区调解。",
    Kind.DISPUTE_UPHELD: "您对{label}账单的异议成立，相关账单不再催缴。",
    Kind.DISPUTE_REJECTED: (
        "您对{label}账单的异议经社区调解后结束，催缴期限继续计算。如提起诉讼，您仍可向法院主张。"
    ),
    Kind.MEDIATION_ASKED: "{firm}就{label}的费用申请社区调解，请留意社区的通知。",
    Kind.MEDIATED: "{label}费用的调解记录已登记，请在小程序查看。",
    Kind.INSTALMENTS_AGREED: "{firm}同意{label}的费用分期缴纳。按期缴纳期间不再催缴。",
    Kind.INSTALMENTS_REFUSED: "{firm}答复了{label}费用的分期申请：暂不同意。请在小程序查看说明。",
    Kind.INSTALMENTS_BROKEN: "{label}费用的分期有一期未按期缴纳，分期约定停止。您可以重新申请。",
    Kind.FILED: "{firm}已就{label}的费用整理诉讼材料。缴清后自动结束。",
    Kind.CLOSED: "{label}的催缴已结束（{reason}）。",
}
TO_FIRM: Mapping[Kind, str] = {
    Kind.REPLIED: "{label}的业主就费用作了回复，请查看并答复。",
    Kind.DISPUTED: "{label}的业主对账单提出异议，催缴已暂停，请尽快核对并答复。",
    Kind.DISPUTE_ACCEPTED: "{label}的业主接受了对异议的答复。",
    Kind.DISPUTE_WITHDRAWN: "{label}的业主撤回了异议。",
    Kind.DISPUTE_UPHELD: "{label}的账单异议成立，请更正相关账单。",
    Kind.DISPUTE_REJECTED: "{label}的账单异议经社区调解后结束。",
    Kind.MEDIATION_ASKED: "{label}的业主就费用申请社区调解。",
    Kind.MEDIATED: "{label}费用的调解记录已登记。",
    Kind.INSTALMENTS_ASKED: "{label}的业主申请分期缴纳，请答复。",
    Kind.INSTALMENTS_BROKEN: "{label}的分期未按期缴纳。",
}
TO_COMMUNITY: Mapping[Kind, str] = {Kind.MEDIATION_ASKED: "{label}的费用争议申请调解，请安排。"}

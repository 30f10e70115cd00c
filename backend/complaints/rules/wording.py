"""Every Chinese word that complaints show to people."""

from __future__ import annotations

from collections.abc import Mapping

from backend.complaints.rules.clocks import Unit
from backend.complaints.rules.values import (
    Callback,
    Channel,
    Kind,
    Level,
    Party,
    PlaceKind,
    Priority,
    Rejection,
    State,
    Wait,
)

STATE_NAMES: Mapping[State, str] = {
    State.SUBMITTED: "待受理",
    State.ACKNOWLEDGED: "已受理",
    State.IN_PROGRESS: "办理中",
    State.WAITING: "等待中",
    State.RESOLVED: "已办结，待您确认",
    State.CONFIRMED: "已确认",
    State.REOPENED: "重新办理",
    State.REJECTED: "不予受理",
    State.MERGED: "已并入其他工单",
}
KIND_NAMES: Mapping[Kind, str] = {
    Kind.SUBMITTED: "提交",
    Kind.JOINED: "参与吹哨",
    Kind.ADDED: "补充说明",
    Kind.ASSIGNED: "派单",
    Kind.ACKNOWLEDGED: "受理",
    Kind.STARTED: "开始办理",
    Kind.ARRIVED: "登记到场",
    Kind.PLANNED: "登记办理方案",
    Kind.WAITED: "转入等待",
    Kind.RESUMED: "恢复办理",
    Kind.RESOLVED: "办结",
    Kind.CONFIRMED: "确认并评价",
    Kind.LAPSED: "到期未确认，自动归档",
    Kind.REOPENED: "重新办理",
    Kind.REJECTED: "不予受理",
    Kind.APPEALED: "申诉",
    Kind.APPEAL_DISMISSED: "维持不予受理",
    Kind.MERGED: "并入其他工单",
    Kind.UNMERGED: "撤销合并",
    Kind.ABSORBED: "并入一张工单",
    Kind.RELEASED: "移出一张工单",
    Kind.CALLED_BACK: "登记回访",
    Kind.REPLIED: "答复",
    Kind.NOTED: "内部备注",
    Kind.RECLASSIFIED: "调整类别或优先级",
    Kind.CALLED_IN: "请其他单位协同",
    Kind.ESCALATED: "上报上一级",
    Kind.REMINDED: "临期提醒",
    Kind.MISSED: "超过时限",
    Kind.REVIEWED: "审核公示内容",
}
PARTY_NAMES: Mapping[Party, str] = {
    Party.REPORTER: "诉求人",
    Party.JOINER: "参与居民",
    Party.DISPATCHER: "物业调度员",
    Party.WORKER: "物业维修员",
    Party.COMMUNITY: "社区",
    Party.STREET: "街道",
    Party.DEPARTMENT: "职能部门",
    Party.SYSTEM: "系统",
}
LEVEL_NAMES: Mapping[Level, str] = {
    Level.FIRM: "物业企业",
    Level.COMMUNITY: "社区党组织",
    Level.STREET: "街道联席会议",
    Level.DEPARTMENT: "职能部门",
}
WAIT_NAMES: Mapping[str, str] = {
    Wait.RESIDENT.value: "等待居民",
    Wait.PARTS.value: "等待配件",
    Wait.OTHER_BODY.value: "等待其他单位",
    Kind.MERGED.value: "并入其他工单期间",
}
REJECTION_NAMES: Mapping[Rejection, str] = {
    Rejection.COURT: "已进入或应当通过诉讼解决",
    Rejection.ARBITRATION: "应当通过仲裁解决",
    Rejection.DISCIPLINE: "属于纪检监察事项",
    Rejection.PETITION: "应当通过信访渠道办理",
    Rejection.REPEATED: "重复反映且没有新的事实",
    Rejection.ELSEWHERE: "不属于本小区",
    Rejection.UNFOUNDED: "经核实情况不存在",
}
PLACE_NAMES: Mapping[PlaceKind, str] = {
    PlaceKind.COMMUNITY: "小区",
    PlaceKind.BUILDING: "楼栋",
    PlaceKind.UNIT: "房屋",
    PlaceKind.SPOT: "公共位置",
}
TOLD = {
    Kind.ACKNOWLEDGED: "您的工单 {number} 已受理。{text}",
    Kind.WAITED: "您的工单 {number} 暂时等待（{wait}），办结时限暂停计时。{text}",
    Kind.RESOLVED: "您的工单 {number} 已办结：{text}请在 {days} 天内确认并评价；没有解决可以要求重新办理。",
    Kind.REJECTED: "您的工单 {number} 不予受理：{reason}。{text}如有异议可以申诉。",
    Kind.REPLIED: "您的工单 {number} 有新的答复：{text}",
    Kind.ESCALATED: "您的工单 {number} 已上报{level}督办。",
    Kind.REOPENED: "工单 {number} 已重新办理，由{level}督办，重新计时。",
    Kind.MERGED: "您的工单 {number} 与 {into} 是同一件事，已合并办理；进展请看 {into}。",
    Kind.ABSORBED: "与您的工单 {number} 是同一件事的另一张工单已并入，一起办理。",
    Kind.UNMERGED: "您的工单 {number} 已恢复单独办理。",
    Kind.APPEAL_DISMISSED: "您对工单 {number} 的申诉已复核，维持原决定：{text}",
    Kind.PLANNED: "您的工单 {number} 已定办理方案，预计 {until} 前办结。{text}",
}
"""What the reporter and those who joined are told."""
STAFF_TOLD = {
    Kind.SUBMITTED: "新工单 {number}（{category}，{priority}），请在 {due} 前受理。",
    Kind.REMINDED: "工单 {number} 将于 {due} 到期，请抓紧办理。",
    Kind.ESCALATED: "工单 {number} 已升级到{level}，请督办。",
    Kind.REOPENED: "居民要求重新办理工单 {number}，已由{level}督办。",
    Kind.APPEALED: "工单 {number} 的居民对不予受理提出申诉，请复核。",
    Kind.CALLED_IN: "请协同办理工单 {number}。{text}",
    Kind.ASSIGNED: "工单 {number} 已派给您。",
}
EXTRA_PROMISES: Mapping[Priority, str] = {
    Priority.P1: "30 分钟内到场",
    Priority.P4: "5 个工作日内给出方案",
}
UNIT_NAMES: Mapping[Unit, str] = {
    Unit.MINUTE: "分钟",
    Unit.HOUR: "小时",
    Unit.DAY: "天",
    Unit.WORKING_DAY: "个工作日",
}
DUE_LINE = {
    "begun": "{at}起算",
    "plan": "按已登记的办理方案",
    "all_day": "昼夜连续计{given}",
    "working": "按工作时间（{hours}）计{given}",
    "left_out": "不计{days}（{why}）",
    "made_up": "{days}为调休上班日，照常计算",
    "stood": "其间暂停计时{time}（{why}）",
    "due": "应于{at}前完成",
    "paused": "现暂停计时，剩余{left}",
    "unknown": "{year}年放假安排尚未录入，到期时间待录入后计算",
}
"""How a due time came about (`rules.explaining`)."""
CHANNEL_NAMES: Mapping[Channel, str] = {
    Channel.MINI_PROGRAM: "小程序",
    Channel.WEB: "网页",
    Channel.PHONE: "来电",
    Channel.HOTLINE: "12345热线",
    Channel.WALK_IN: "来访",
    Channel.GRID: "网格员上报",
    Channel.OPEN311: "Open311接口",
}
CALLBACK_NAMES: Mapping[Callback, str] = {
    Callback.SOLVED: "回访：已解决",
    Callback.UNSOLVED: "回访：未解决",
    Callback.IMPOSSIBLE: "回访：双方认可无法解决",
    Callback.UNREACHED: "回访：未联系上",
}
YES_NO: Mapping[bool | None, str] = {True: "是", False: "否", None: "暂无数据"}
TABLE_COLUMNS = (
    "序号",
    "工单编号",
    "小区",
    "物业企业",
    "类别",
    "位置",
    "渠道",
    "优先级",
    "状态",
    "层级",
    "提交时间",
    "应受理时间",
    "受理时间",
    "按时受理",
    "应办结时间",
    "办结时间",
    "按时办结",
    "重办次数",
    "吹哨数",
    "满意度",
    "是否解决",
    "回访结果",
)
LEDGER_COLUMNS = (
    "序号",
    "工单编号",
    "反映时间",
    "小区",
    "位置",
    "问题类别",
    "问题描述",
    "责任单位",
    "督办层级",
    "整改措施",
    "整改时限",
    "完成时间",
    "状态",
    "满意度",
)
TOTALS = "合计"
COUNT_NAMES = {
    "tickets": "工单数",
    "open": "办理中",
    "response_due": "应受理",
    "response_met": "按时受理",
    "resolution_due": "应办结",
    "resolution_met": "按时办结",
    "answered": "有解决情况反馈",
    "solved": "反馈已解决",
    "rated": "已评价",
    "satisfied": "评价满意",
    "unreached": "回访未联系上",
    "impossible": "双方认可无法解决",
    "closed": "已办结过",
    "reopened": "重新办理过",
    "whistles": "吹哨总数",
}
RATE_NAMES = {
    "response": "响应率",
    "closed_in_time": "按时办结率",
    "resolution": "解决率",
    "satisfaction": "满意率",
    "reopened": "重办率",
    "repeated": "重复诉求率",
}
OPEN311_NOTICE = "已受理登记；预计办结时间见 expected_datetime，进展可随时按编号查询。"
SUBJECTS: Mapping[Kind, str] = {
    Kind.SUBMITTED: "有新工单待受理",
    Kind.ACKNOWLEDGED: "工单已受理",
    Kind.WAITED: "工单暂停计时",
    Kind.RESOLVED: "工单已办结请确认",
    Kind.REJECTED: "工单不予受理",
    Kind.REPLIED: "工单有新答复",
    Kind.ESCALATED: "工单已上报督办",
    Kind.REOPENED: "工单重新办理",
    Kind.MERGED: "工单已合并办理",
    Kind.ABSORBED: "工单已合并办理",
    Kind.UNMERGED: "工单恢复单独办理",
    Kind.APPEALED: "有申诉待复核",
    Kind.APPEAL_DISMISSED: "申诉已有结果",
    Kind.PLANNED: "工单已定办理方案",
    Kind.CALLED_IN: "请协同办理工单",
    Kind.ASSIGNED: "有工单派给您",
    Kind.REMINDED: "工单即将到期",
}
"""What WeChat shows, on a locked phone too; it names nobody."""

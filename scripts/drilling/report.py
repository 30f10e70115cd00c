"""summary.md: what was decided, what was refused, what proves it. The drill's Chinese texts stand here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scripts.drilling.agenda import Agenda, Item
from scripts.drilling.company import REGISTRAR, Company
from scripts.drilling.electors import Electorate
from scripts.drilling.proving import Proof
from scripts.drilling.stage import CHINA, OPERATOR
from scripts.drilling.votes import ELECTRONIC, PAPER
from scripts.drilling.voting import Ballot, Poll

OUTCOMES = {"PASSED": "通过", "REJECTED": "未通过", "NOT_QUORATE": "未达法定参与比例", "FAILED": "未能产生"}
ELECTED = "选举产生"
WORDS = {"for": "同意", "against": "反对", "abstain": "弃权"}
ROLES = {
    "chair": "召集人",
    "community_officer": "社区工作人员",
    "registrar": "凭证管理员",
    "trustee": "密钥保管人",
    "auditor": "审计人",
    "counter": "纸质票录入人",
}
REASONS = {
    "no-ballot": "该业主不在所填事项的表决范围内，或该行没有填写任何选择",
    "not-on-roll": "名册上没有这个业主",
    "no-phone": "该业主没有可接收验证码的手机号，只能用纸质票表决",
    "too-many-names": "所选人数多于席位，无法做成选票",
}
"""Why the drill did not even come to a ballot; for other codes the tools and the server say why."""
HOLDS = {True: "通过", False: "未通过", None: "本机没有此程序，未运行"}


@dataclass(frozen=True, slots=True)
class Findings:
    """All that a summary tells."""

    agenda: Agenda
    company: Company
    electorate: Electorate
    poll: Poll
    result: Mapping[str, Any]
    proofs: Sequence[Proof]
    differences: Sequence[str]
    seconds: float


def summary(found: Findings) -> str:
    """Return the summary as Markdown."""
    parts = (_head(found), _items(found), _ballots(found), _company(found), _proofs(found))
    return "\n".join(line for part in parts for line in part) + "\n"


def _head(found: Findings) -> Iterator[str]:
    agenda, poll = found.agenda, found.poll
    needed = agenda.threshold or len(agenda.trustees)
    yield f"# 演练：{agenda.title}"
    yield ""
    yield "**这是一次演练，不产生法律效力。** 时间由演练时钟给出，一切签名均注明演练。"
    yield ""
    yield f"- 小区：{agenda.community}；规则包：{agenda.pack.id} {agenda.pack.version}"
    yield f"- 公告：{agenda.notice_date.isoformat()}"
    yield f"- 投票：{_time(agenda.opens_at)} 至 {_time(agenda.closes_at)}"
    yield f"- 开票：{len(agenda.trustees)} 位密钥保管人中须有 {needed} 位；可改票 {agenda.max_changes} 次"
    for scope, total in found.electorate.totals.items():
        uuid = poll.prepared.elections[scope]
        yield f"- 表决范围 {scope}：{total.heads} 位业主，{_area(total.area)} ㎡，记录在文件夹 `{uuid}`"
    door = poll.prepared.reissued
    yield f"- 一份通知书遗失，开始前已补发：编号 {door.pseudonym}（{'、'.join(door.labels)}），旧码作废"
    yield f"- 用时 {found.seconds:.0f} 秒"
    yield ""


def _items(found: Findings) -> Iterator[str]:
    for item in found.agenda.items:
        yield from _item(item, found.result["items"][item.id])


def _item(item: Item, told: Mapping[str, Any]) -> Iterator[str]:
    outcome = ELECTED if told.get("elected") else OUTCOMES[told["outcome"]]
    yield f"## {item.title}（{item.id}，事项 {item.matter}，范围 {item.scope}）：{outcome}"
    yield ""
    yield "| | 面积（㎡） | 人数 | 手机 | 纸质 |"
    yield "|---|---:|---:|---:|---:|"
    yield _row("总数", told["total"])
    yield _row("参与", told["participating"])
    names = {one.id: f"{one.id} {one.name}" for one in item.candidates} or WORDS
    for answer, count in told["votes"].items():
        yield _row(
            names[answer], count, *(told["by_channel"][one]["votes"][answer] for one in ("e", "paper"))
        )
    for name, title in (("blank", "空白"), ("invalid", "无效")):
        if name in told:
            yield _row(title, told[name], *(told["by_channel"][one][name] for one in ("e", "paper")))
    yield ""
    if item.seats is not None:
        elected, alternates = (_names(names, told[part]) for part in ("elected", "alternates"))
        yield f"当选（{item.seats} 席）：{elected}；候补：{alternates}"
        yield ""


def _row(title: str, count: Mapping[str, int], *channels: Mapping[str, int]) -> str:
    cells = [title, _area(count["area"]), str(count["heads"])]
    cells += [f"{one['heads']} 人 {_area(one['area'])}" for one in channels] or ["", ""]
    return f"| {' | '.join(cells)} |"


def _ballots(found: Findings) -> Iterator[str]:
    ballots = found.poll.ballots
    yield "## 选票"
    yield ""
    for channel, title in ((ELECTRONIC, "手机"), (PAPER, "纸质")):
        mine = [one for one in ballots if one.vote.channel == channel]
        taken = sum(one.accepted for one in mine)
        yield f"- {title}：{len(mine)} 张，收 {taken} 张，拒 {len(mine) - taken} 张"
    refused = [one for one in ballots if not one.accepted]
    yield ""
    if refused:
        counts = Counter(one.code for one in refused)
        yield f"被拒的选票（{'、'.join(f'{code} {count}' for code, count in sorted(counts.items()))}）："
        yield ""
        yield from (_refusal(one) for one in refused)
        yield ""


def _refusal(ballot: Ballot) -> str:
    vote = ballot.vote
    scope = f"范围 {ballot.scope}" if ballot.scope else "无表决范围"
    reason = REASONS.get(ballot.code, ballot.detail)
    return f"- 第 {vote.row} 行 {vote.unit}（{vote.channel}，{scope}）：`{ballot.code}` {reason}"


def _company(found: Findings) -> Iterator[str]:
    yield "## 人员"
    yield ""
    yield f"服务器由“{OPERATOR}”运营，凭证管理员由“{REGISTRAR.organisation}”派出，两者分开。"
    yield ""
    for seat in found.company.seats:
        yield f"- {ROLES[seat.role]}：{seat.official.name}（{seat.official.organisation}）"
    yield ""


def _proofs(found: Findings) -> Iterator[str]:
    yield "## 核验"
    yield ""
    for proof in found.proofs:
        yield f"- `{proof.what}`：{HOLDS[proof.holds]}"
    if found.differences:
        yield "- 按 VOTES.csv 逐行手工计数与 result.json **不一致**："
        yield from (f"  - {line}" for line in found.differences)
    else:
        yield "- 按 VOTES.csv 逐行手工计数（只问每张票收了没有，不用任何加密）：与 result.json 一致"
    yield ""
    yield "自己核验：`scripts/verify --final 本文件夹`；"
    yield "全部签名：`scripts/auditor verify --folder 新文件夹 本文件夹`。"


def _names(names: Mapping[str, str], ids: Sequence[str]) -> str:
    return "、".join(names[one] for one in ids) or "无"


def _area(dm2: int) -> str:
    return f"{dm2 // 100:,}.{dm2 % 100:02d}"


def _time(instant: Any) -> str:
    return str(instant.astimezone(CHINA).strftime("%Y-%m-%d %H:%M"))

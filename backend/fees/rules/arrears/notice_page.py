"""The formal notice (书面催告) on paper: what is owed, by when, on what ground, and what the holder can do.

It says nothing about the person but whose home it is, and threatens with nothing but what the law allows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from backend.fees.rules.arrears.events import ClaimedBill
from backend.fees.rules.arrears.paper import escape, in_words, page, table
from backend.kernel.money import format_fen

TITLE = "物业费用书面催告"
LAW = (
    (
        "《民法典》第九百四十四条第一款、第二款：业主应当按照约定支付物业费；逾期不支付的，"
        "物业服务人可以催告其在合理期限内支付，期满仍不支付的，可以提起诉讼或者申请仲裁。"
    ),
    "《民法典》第九百四十四条第三款：物业服务人不得采取停止供电、供水、供热、供燃气等方式催交物业费。",
    (
        "《民法典》第二百零一条、第二百零三条：期间开始的当日不计入；最后一日是法定休假日的，"
        "以休假日结束的次日为最后一日。"
    ),
)
CHOICES = (
    "缴纳：在小程序“我的家”查看账单并缴纳，或到物业服务中心缴纳；缴清后催缴自动结束。",
    "分期：一次缴清有困难的，可以申请分期。约定分期并按期缴纳期间，不再催缴。",
    (
        "异议：认为账单有误的，可以在小程序提出异议（可附照片），或将书面意见交物业服务中心。"
        "提出异议后催缴即暂停、期限停止计算，异议了结之后才会继续。"
    ),
    "调解：对答复不满意的，可以请社区（居民委员会）调解。调解不成的，由人民法院或者仲裁机构裁判。",
)
AFTER = (
    "期限届满仍未缴清，又没有异议和分期约定的，我公司可以申请调解；调解不成的，可以依法提起诉讼或者申请仲裁。"
)
PROMISES = (
    "无论是否缴费，水、电、气、热照常供应，不会因此停断或者限制。",
    "是否缴费不影响您在业主大会的投票权，也不影响您的表决权数。",
    "本催告只送达本户，不张贴、不公布，不告知与本户无关的任何单位和个人。",
)


@dataclass(frozen=True, slots=True)
class NoticePaper:
    """What one notice says. `owners` are masked names; none for a former holder."""

    reference: str
    community: str
    firm: str
    label: str
    owners: Sequence[str]
    held: str
    bills: Sequence[ClaimedBill]
    day: date
    begins: date
    days: int
    last_day: date
    source: str
    is_drill: bool


def notice_page(paper: NoticePaper) -> str:
    """Return the notice as one page of HTML."""
    body = "".join((_head(paper), _bills(paper), _period(paper), _rest(), _sign(paper), _slip(paper)))
    return page(f"{TITLE} {paper.reference}", body, is_drill=paper.is_drill)


def _head(paper: NoticePaper) -> str:
    names = f"（{'、'.join(paper.owners)}）" if paper.owners else ""
    return (
        f"<h1>{TITLE}</h1>"
        f"<p class=meta><span>编号：{escape(paper.reference)}</span>"
        f"<span>{in_words(paper.day)}</span></p>"
        f"<p><strong>{escape(paper.community)} {escape(paper.label)} 业主{escape(names)}：</strong></p>"
        f"<p>您好。截至本通知之日，下列账单已过应缴日期，尚未缴清{escape(paper.held)}。"
        "请核对；如您已经缴纳，请告知我们，并忽略本通知。</p>"
    )


def _bills(paper: NoticePaper) -> str:
    rows = [
        (
            bill.item,
            f"{bill.first_day} 至 {bill.last_day}",
            str(bill.due_day),
            bill.clause or "见账单",
            format_fen(bill.amount_fen),
            format_fen(bill.open_fen),
        )
        for bill in paper.bills
    ]
    total = format_fen(sum(bill.open_fen for bill in paper.bills))
    rows.append(("合计", f"{len(paper.bills)} 张账单", "", "", "", total))
    heads = ("项目", "账期", "应缴日期", "收费依据", "账单（元）", "未缴（元）")
    return table(heads, rows, figures=frozenset({4, 5}), days=frozenset({1, 2}))


def _period(paper: NoticePaper) -> str:
    return (
        f"<div class=box>请在 <b>{in_words(paper.last_day)}</b>（当日 24 时）之前缴清，或者选择下列办法之一。"
        f"<p class=note>期限 {paper.days} 日，自 {in_words(paper.begins)} 的次日起算，已为送达预留时间；"
        f"最后一日遇休息日的，已经顺延。实际送达晚于 {in_words(paper.begins)} 的，期限自送达的次日起算。"
        f"期限依据：{escape(paper.source)}。</p></div>"
    )


def _rest() -> str:
    return (
        f"<h2>您可以怎样做</h2>{_list('ol', CHOICES)}"
        f"<h2>期满之后</h2><p>{AFTER}</p>"
        f"<h2>我们保证</h2>{_list('ul', PROMISES)}"
        f"<h2>法律依据</h2>{_list('ul', LAW)}"
    )


def _sign(paper: NoticePaper) -> str:
    return f"<p class=sign>{escape(paper.firm)}（盖章）<br>{in_words(paper.day)}</p>"


def _slip(paper: NoticePaper) -> str:
    return (
        f"<div class=slip><p><strong>送达回执</strong>　编号：{escape(paper.reference)}　"
        f"{escape(paper.community)} {escape(paper.label)}</p>"
        "<table><tbody><tr><td>送达方式</td><td>□ 当面　□ 留置　□ 邮寄（单号：　　　　　　　　）</td>"
        "<td>送达日期</td><td>　　　年　　月　　日</td></tr>"
        "<tr><td>收件人签名</td><td></td><td>送达人签名</td><td></td></tr></tbody></table>"
        "<p class=note>签收只表示收到本通知，不表示同意其内容。</p></div>"
    )


def _list(tag: str, texts: Sequence[str]) -> str:
    return f"<{tag}>{''.join(f'<li>{escape(text)}</li>' for text in texts)}</{tag}>"

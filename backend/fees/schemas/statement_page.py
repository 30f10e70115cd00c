"""A unit's statement as a page to be read on a phone and printed on A4: it loads and runs nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from html import escape

from backend.fees.rules.values import BillState
from backend.fees.rules.wording import KINDS, STATES, explained
from backend.fees.service.statements import BillView, Movement, Statement
from backend.kernel.clock import CHINA
from backend.kernel.money import format_fen

STYLE = (
    "body{font:18px/1.6 sans-serif;max-width:46em;margin:0 auto;padding:12px;color:#1a1a1a;background:#fff}"
    "h1{font-size:1.4em;margin:.3em 0}h2{font-size:1.15em;margin:1.2em 0 .3em}p{margin:.3em 0}"
    "dl{display:grid;grid-template-columns:auto 1fr;gap:.1em 1em;margin:.5em 0}dt{color:#555}dd{margin:0}"
    ".sums{border:2px solid #1a1a1a;padding:.3em .8em}.sums dd{text-align:right;font-weight:bold}"
    "table{border-collapse:collapse;width:100%}th,td{border-bottom:1px solid #888;padding:.35em .2em;"
    "vertical-align:top;text-align:left}th.n,td.n{text-align:right;white-space:nowrap}"
    ".made{color:#444;font-size:.85em}.late{color:#a40000;font-weight:bold}.void{color:#555}"
    ".foot{color:#444;font-size:.9em;margin-top:1.2em}thead{display:table-header-group}"
    "tr{break-inside:avoid}@page{size:A4;margin:15mm}"
    "@media print{body{font-size:11pt;padding:0;max-width:none}}"
)
BEGIN = (
    '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width,initial-scale=1"><title>{title}</title>'
    "<style>{style}</style></head><body><h1>{community}<br>物业费用对账单</h1>"
)
END = (
    '<p class="foot">本页由系统按账目生成于 {at}。'
    "对账单只记账，不是发票，也不是收据；如有疑问，请向物业提出。</p></body></html>"
)


def statement_page(statement: Statement, community: str, since: date, at: datetime) -> str:
    """Return the page: bills that are owed or reach beyond `since`, and movements from then on."""
    title = f"{statement.unit.label} 物业费用对账单"
    bills = [bill for bill in statement.bills if bill.open_fen or bill.period.until > since]
    parts = [
        BEGIN.format(title=escape(title), style=STYLE, community=escape(community)),
        *_head(statement, since),
        *_bills("还没有缴清的账单", [bill for bill in bills if bill.open_fen]),
        *_bills("已缴清或已冲销的账单", [bill for bill in bills if not bill.open_fen]),
        *_movements(statement.movements),
        END.format(at=f"{at.astimezone(CHINA):%Y-%m-%d %H:%M}"),
    ]
    return "".join(parts)


def _head(statement: Statement, since: date) -> Iterator[str]:
    yield f"<dl><dt>房屋</dt><dd>{escape(statement.unit.label)}</dd>"
    yield f"<dt>截至</dt><dd>{statement.day}</dd><dt>明细自</dt><dd>{since}</dd></dl>"
    late = ' class="late"' if statement.arrears_fen else ""
    yield f'<dl class="sums"><dt>尚未缴纳</dt><dd>{_yuan(statement.owed_fen)}</dd>'
    yield f"<dt>其中已过缴费期限</dt><dd{late}>{_yuan(statement.arrears_fen)}</dd>"
    yield f"<dt>预存余额</dt><dd>{_yuan(statement.prepaid_fen)}</dd></dl>"


def _bills(title: str, bills: list[BillView]) -> Iterator[str]:
    yield f"<h2>{title}</h2>"
    if not bills:
        yield "<p>没有。</p>"
        return
    yield '<table><thead><tr><th>项目与账期</th><th class="n">应缴（元）</th>'
    yield '<th class="n">未缴（元）</th></tr></thead><tbody>'
    for bill in bills:
        yield from _bill(bill)
    yield "</tbody></table>"


def _bill(bill: BillView) -> Iterator[str]:
    state = BillState(bill.state)
    mark = {BillState.OVERDUE: "late", BillState.CANCELLED: "void"}.get(state, "")
    made = "<br>".join(f"{escape(explained(line))} = {format_fen(line.amount_fen)} 元" for line in bill.lines)
    yield (
        f"<tr><td><b>{escape(bill.item)}</b><br>{bill.period.first} 至 {bill.period.last}<br>"
        f'<span class="made">{made}<br>缴费期限 {bill.due_day}</span></td>'
        f'<td class="n">{format_fen(bill.amount_fen)}</td>'
        f'<td class="n">{format_fen(bill.open_fen)}<br><span class="{mark}">{STATES[state]}</span></td></tr>'
    )


def _movements(movements: Sequence[Movement]) -> Iterator[str]:
    yield "<h2>收付记录</h2>"
    yield '<table><thead><tr><th>日期</th><th>事项</th><th class="n">欠费变化</th>'
    yield '<th class="n">预存变化</th></tr></thead><tbody>'
    for one in movements:
        yield _movement(one)
    yield "</tbody></table>"


def _movement(one: Movement) -> str:
    memo = f'<br><span class="made">{escape(one.memo)}</span>' if one.memo else ""
    return (
        f"<tr><td>{one.day}</td><td>{KINDS[one.kind]}{memo}</td>"
        f'<td class="n">{_signed(one.owed_fen)}</td><td class="n">{_signed(one.prepaid_fen)}</td></tr>'
    )


def _yuan(fen: int) -> str:
    return f"{format_fen(fen)} 元"


def _signed(fen: int) -> str:
    return "" if fen == 0 else f"{'+' if fen > 0 else ''}{format_fen(fen)}"

"""Receipts as pages: the one to print, and the one that a receipt's QR code leads to.

Both are plain HTML without a script or anything from elsewhere, with large letters and strong contrast.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from backend.fees.rules import receipt_wording as words
from backend.fees.rules.receipts import ReceiptKind, ReceiptLine, ReceiptState, by_item
from backend.fees.rules.values import Method
from backend.fees.rules.wording import METHODS
from backend.fees.schemas.receipt_styles import CHECK, PRINT
from backend.fees.service.receipt_views import ReceiptView
from backend.infra.printing import qr_svg
from backend.kernel.capitals import in_capitals
from backend.kernel.money import format_fen
from backend.kernel.refusal import Refusal

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
_TONES = {
    ReceiptState.VALID: ("good", "✓"),
    ReceiptState.PARTLY_REFUNDED: ("note", "!"),
    ReceiptState.COUNTER: ("note", "!"),
}
_BAD = ("bad", "✕")


def check_page(one: ReceiptView) -> str:
    """Return the page that shows what anybody may know who holds the code."""
    facts, details = one.facts, one.details
    rows = [
        ("编号", one.number),
        ("小区", details.community),
        ("房屋", facts.unit),
        ("收款单位", details.firm),
        (_day_label(facts.kind), words.day_in_words(details.day)),
        ("开具时间", words.moment_in_words(facts.at)),
        ("原收据", details.undoes),
    ]
    tone, mark = _TONES.get(one.state, _BAD)
    body = (
        _verdict(tone, mark, words.STATES[one.state], words.MEANINGS[one.state])
        + _drill(one)
        + _amount(facts.amount_fen, is_gone=one.left_fen == 0)
        + _counters(one)
        + _facts(rows)
        + _table(by_item(details.lines), details.prepaid_fen)
        + "<p class=hint>请核对：编号、金额与您手中的收据一致。为保护住户，本页不显示姓名和房号。</p>"
    )
    return _page("收据查验", CHECK, body)


def refused_page(refusal: Refusal) -> str:
    """Return the page for a code that shows nothing."""
    return _page("收据查验", CHECK, _verdict(*_BAD, refusal.title, refusal.detail))


def printed_page(one: ReceiptView, public_url: str) -> str:
    """Return the receipt to be printed on A5, for the holder of the unit and the firm."""
    facts, details = one.facts, one.details
    rows = [
        ("小区", details.community),
        ("房屋", details.unit),
        ("交款人", details.payer),
        ("付款方式", METHODS[Method(details.method)]),
        (_day_label(facts.kind), words.day_in_words(details.day)),
        ("原收据", details.undoes),
        ("原因", details.reason),
    ]
    heading = words.HEADINGS[facts.kind]
    state = "" if one.state in (ReceiptState.VALID, ReceiptState.COUNTER) else words.STATES[one.state]
    body = (
        f"<header><h1>{heading}</h1><p>编号 <b>{one.number}</b></p></header>"
        + (f"<p class=state>{state}</p>" if state else "")
        + _drill(one)
        + _facts(rows)
        + _table(details.lines, details.prepaid_fen)
        + f"<section class=total><span>合计（大写）</span><b>{in_capitals(facts.amount_fen)}</b>"
        + f"<span>合计（小写）</span><b>{_yuan(facts.amount_fen)}</b></section>"
        + _counters(one)
        + _foot(one, public_url)
    )
    return _page(f"{heading} {one.number}", PRINT, f"<article>{body}</article>")


def _page(title: str, style: str, body: str) -> str:
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta name="format-detection" content="telephone=no">'
        f"<title>{escape(title)}</title><style>{style}</style></head><body><main>{body}</main></body></html>"
    )


def _verdict(tone: str, mark: str, title: str, detail: str) -> str:
    return (
        f"<section class='verdict {tone}'><span aria-hidden=true>{mark}</span>"
        f"<h1>{escape(title)}</h1><p>{escape(detail)}</p></section>"
    )


def _drill(one: ReceiptView) -> str:
    return f"<p class=drill>{words.DRILL}</p>" if one.facts.drill else ""


def _amount(fen: int, *, is_gone: bool) -> str:
    kind = "amount gone" if is_gone else "amount"
    return f"<p class='{kind}'>{_yuan(fen)}<small>{in_capitals(fen)}</small></p>"


def _yuan(fen: int) -> str:
    return f"{'-' if fen < 0 else ''}¥{format_fen(abs(fen))}"


def _day_label(kind: ReceiptKind) -> str:
    return "缴费日期" if kind is ReceiptKind.RECEIPT else "冲销日期"


def _facts(rows: Iterable[tuple[str, str]]) -> str:
    shown = (f"<div><dt>{name}</dt><dd>{escape(value)}</dd></div>" for name, value in rows if value)
    return f"<dl>{''.join(shown)}</dl>"


def _table(lines: Sequence[ReceiptLine], prepaid_fen: int) -> str:
    rows = [
        (line.item, words.period_in_words(line.first_day, line.last_day), line.amount_fen) for line in lines
    ]
    if prepaid_fen:
        rows.append((words.PREPAID, words.PREPAID_HINT, prepaid_fen))
    if not rows:
        return ""
    shown = (
        f"<tr><td>{escape(item)}<small>{period}</small></td><td>{format_fen(fen)}</td></tr>"
        for item, period, fen in rows
    )
    head = "<thead><tr><th scope=col>收费项目</th><th scope=col>金额（元）</th></tr></thead>"
    return f"<table>{head}<tbody>{''.join(shown)}</tbody></table>"


def _counters(one: ReceiptView) -> str:
    """Say by which receipts it was undone, and what is left of it."""
    if not one.counters:
        return ""
    told = (
        f"<li>{words.HEADINGS[each.kind]} <b>{each.number}</b>，{words.day_in_words(each.at.date())}，"
        f"{_yuan(-each.amount_fen)}</li>"
        for each in one.counters
    )
    return (
        f"<section class=counters><h2>冲销记录</h2><ul>{''.join(told)}</ul>"
        f"<p>现在仍有效的金额：<b>{_yuan(one.left_fen)}</b></p></section>"
    )


def _foot(one: ReceiptView, public_url: str) -> str:
    code = qr_svg(one.url).decode().partition("?>")[2]
    return (
        f"<footer><div><p>收款单位：<b>{escape(one.details.firm)}</b></p>"
        f"<p>开具时间：{words.moment_in_words(one.facts.at)}</p>"
        f"<p>本收据由系统电子签名（密钥 {one.facts.key}），不盖章也有效；涂改无效。"
        "本收据不是发票，如需发票请向收款单位索取。</p></div>"
        f"<figure role=img aria-label='收据查验二维码'>{code}"
        f"<figcaption>微信扫一扫，查真伪<small>网址应以 {escape(public_url)}/r/ 开头</small></figcaption>"
        "</figure></footer>"
    )

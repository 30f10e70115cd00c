"""The pages of a court file: what is claimed and why, the account, what happened, the list of it all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from backend.fees.rules.arrears.events import ClaimedBill
from backend.fees.rules.arrears.paper import escape, in_words, page, table
from backend.kernel.money import format_fen

INDEX, SUMS = "00-目录.html", "SHA256SUMS"
CLAIM, ACCOUNT, COURSE = "01-账单与合同依据.html", "02-对账单.html", "03-催缴经过.html"


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands on top of every page."""

    community: str
    label: str
    firm: str
    day: date
    is_drill: bool


def notice_name(reference: str) -> str:
    """Return the name of a notice's file."""
    return f"04-书面催告-{reference}.html"


def photo_name(event: int, place: int) -> str:
    """Return the name of a photo's file."""
    return f"05-照片/{event:02d}-{place}.jpg"


def claim_page(heading: Heading, bills: Sequence[ClaimedBill]) -> str:
    """Return the bills claimed, with the clauses of the contract on which they rest."""
    rows = [
        (
            str(bill.id),
            bill.item,
            f"{bill.first_day} 至 {bill.last_day}",
            str(bill.due_day),
            bill.clause or "—",
            format_fen(bill.amount_fen),
            format_fen(bill.open_fen),
        )
        for bill in bills
    ]
    rows.append(("合计", "", "", "", "", "", format_fen(sum(bill.open_fen for bill in bills))))
    heads = ("账单编号", "项目", "账期", "应缴日期", "合同条款", "账单（元）", "未缴（元）")
    return _page(
        heading, "账单与合同依据", table(heads, rows, figures=frozenset({5, 6}), days=frozenset({2, 3}))
    )


def account_page(heading: Heading, rows: Sequence[Sequence[str]], sums: str) -> str:
    """Return the account at the day of filing: what was entered, and what it comes to."""
    heads = ("日期", "凭证", "类别", "摘要", "应收（元）", "预存（元）")
    return _page(
        heading,
        "对账单",
        f"<p>{escape(sums)}</p>{table(heads, rows, figures=frozenset({4, 5}), days=frozenset({0}))}",
    )


def course_page(heading: Heading, rows: Sequence[Sequence[str]]) -> str:
    """Return everything that happened, in its order, with the names of the photos that prove it."""
    heads = ("序号", "时间", "由谁", "事项", "内容", "附件")
    return _page(heading, "催缴、答复、异议与调解经过", table(heads, rows, days=frozenset({0, 1, 2, 3})))


def index_page(heading: Heading, digests: Sequence[tuple[str, str]]) -> str:
    """Return the list of contents with SHA-256 digests."""
    rows = "".join(
        f"<tr><td>{escape(name)}</td><td><code>{digest}</code></td></tr>" for name, digest in digests
    )
    body = (
        "<p>下列文件由系统按记录生成，未经人工改写。"
        "任何一份文件的 SHA-256 摘要与本目录不一致，即说明它被改动过。</p>"
        f"<table><thead><tr><th>文件</th><th>SHA-256</th></tr></thead><tbody>{rows}</tbody></table>"
    )
    return _page(heading, "诉讼材料目录", body)


def sums_text(digests: Sequence[tuple[str, str]]) -> str:
    """Return the digests as `sha256sum --check` reads them."""
    return "".join(f"{digest}  {name}\n" for name, digest in digests)


def _page(heading: Heading, title: str, body: str) -> str:
    head = (
        f"<h1>{title}</h1><p class=meta><span>{escape(heading.community)} {escape(heading.label)}</span>"
        f"<span>{escape(heading.firm)}　{in_words(heading.day)}</span></p>"
    )
    return page(f"{title} {heading.label}", head + body, is_drill=heading.is_drill)

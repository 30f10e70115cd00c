"""The paper notice that brings an elector the code: one page, a QR whose URL fragment is the code.

A fragment is never sent to a server, so whoever runs the service does not learn the code from the link.
All Chinese texts of the offline tools that residents read stand here.
"""

from __future__ import annotations

import html
import importlib
import io
from collections.abc import Sequence
from dataclasses import dataclass

from backend.tools.errors import ToolError

PAGE = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>{title}</title><style>
@page {{ size: A5; margin: 12mm }} body {{ font-family: sans-serif; max-width: 120mm; margin: auto }}
svg {{ width: 60mm; height: 60mm }} .code {{ font: bold 20px monospace; letter-spacing: 1px }}
</style></head><body>
<h1>{title}</h1>
<p>{owners} 业主：</p>
<p>您在本次会议的投票名册上的编号为 <b>{pseudonym}</b>，对应 {labels}。</p>
<p>请用手机扫描下面的二维码投票，也可手工输入投票码：</p>
{picture}
<p class="code">{code}</p>
<p>投票时间：{opens} 至 {closes}。</p>
<p>投票码只发给您本人，请勿转交、拍照外传。工作人员不会向您索要投票码。
遗失请在投票开始前向凭证管理员申请补发，补发后旧码作废。选择纸质投票的，不需要投票码。</p>
<p>{drill}</p>
</body></html>
"""
DRILL = "【演练】本通知仅用于演练，不产生法律效力。"
LATER = "另行公告"


@dataclass(frozen=True, slots=True)
class Notice:
    """What one elector's notice says. `code` is secret."""

    title: str
    pseudonym: str
    labels: Sequence[str]
    owners: Sequence[str]
    code: str
    address: str
    opens_at: str | None
    closes_at: str | None
    drill: bool

    @property
    def link(self) -> str:
        """The address in the QR; the code stands in the fragment, which no server receives."""
        return f"{self.address}#{self.code}"


def page(notice: Notice) -> str:
    """Return the notice as one HTML page that loads nothing from anywhere."""
    escaped = {
        "title": notice.title,
        "pseudonym": notice.pseudonym,
        "labels": "、".join(notice.labels),
        "owners": "、".join(notice.owners),
        "code": notice.code,
        "opens": notice.opens_at or LATER,
        "closes": notice.closes_at or LATER,
        "drill": DRILL if notice.drill else "",
    }
    texts = {name: html.escape(text) for name, text in escaped.items()}
    return PAGE.format(**texts, picture=_picture(notice.link))


def _picture(link: str) -> str:
    """Return the QR as inline SVG; the library is needed for notices alone."""
    try:
        qrcode, svg = importlib.import_module("qrcode"), importlib.import_module("qrcode.image.svg")
    except ImportError:
        raise ToolError("no-qrcode", "notices need the library `qrcode`: install requirements.txt") from None
    target = io.BytesIO()
    qrcode.make(link, image_factory=svg.SvgPathImage, border=4).save(target)
    text = target.getvalue().decode()
    return text[text.index("<svg") :]

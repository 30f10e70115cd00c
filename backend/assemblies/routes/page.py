"""What people open from paper: a receipt's page of the ballot on the board, a notice's way to the app."""

from __future__ import annotations

import base64
from html import escape

from flask import Blueprint, Response, redirect, url_for

from backend.assemblies.service import record
from backend.infra.auth import public
from backend.infra.db import reading
from backend.infra.house import current_house
from backend.kernel.area import format_area

blueprint = Blueprint("pages", __name__)

STYLE = (
    "body{font:16px/1.7 sans-serif;max-width:40em;margin:2em auto;padding:0 1em;color:#222}"
    "code{word-break:break-all;background:#f3f3f3;padding:.1em .3em}"
    "dt{color:#666;margin-top:.8em}dd{margin:0}.yes{color:#0a6b2d}.no{color:#a40000}"
)
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@blueprint.get("/b/<uuid>/<tracker>")
@public
def ballot_page(uuid: str, tracker: str) -> Response:
    """Show whether a ballot is on the board, and where."""
    house = current_house()
    with reading() as session:
        election = record.view(session, house, uuid)
        found = record.find_ballot(session, uuid, tracker)
    body = _absent(tracker) if found is None else _present(uuid, found)
    page = _page(election, body)
    status = 404 if found is None else 200
    return Response(page, status=status, content_type="text/html; charset=utf-8", headers=HEADERS)


@blueprint.get("/vote/<assembly_id>")
@public
def notice_link(assembly_id: str) -> Response:
    """Lead whoever scanned a notice into the app.

    The code stands in the link's fragment, which no browser sends here; since the answer names none of its
    own, the browser carries it on (RFC 9110 10.2.2).
    """
    answer = redirect(url_for("webapp.start", vote=assembly_id))
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer  # type: ignore[return-value]  # werkzeug's response; Flask sends it as it is


def _page(election: record.ElectionView, body: str) -> str:
    drill = "<p class=no>这是演练，不产生任何法律效力。</p>" if election.drill else ""
    turnout = election.turnout
    return (
        '<!doctype html><html lang="zh-CN"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>选票查询</title><style>{STYLE}</style>"
        f"<h1>{escape(election.title)}</h1>{drill}{body}<dl>"
        f"<dt>表决范围</dt><dd>{escape(election.scope)}</dd>"
        f"<dt>投票时间</dt><dd>{election.opens_at} 至 {election.closes_at}</dd>"
        f"<dt>已参与</dt><dd>{turnout.heads} / {election.electors} 个业主，"
        f"{format_area(turnout.area)} / {format_area(election.area)} 平方米</dd></dl></html>"
    )


def _present(uuid: str, found: record.Standing) -> str:
    short = base64.b64encode(bytes.fromhex(found.tracker)).rstrip(b"=").decode("ascii")
    address = f"/api/v1/elections/{escape(uuid)}"
    return (
        "<h2 class=yes>这张选票在公告板上</h2><dl>"
        f"<dt>选票追踪号</dt><dd><code>{found.tracker}</code></dd>"
        f"<dt>短写（与其他核验工具相同）</dt><dd><code>{short}</code></dd>"
        f"<dt>公告板位置</dt><dd>第 {found.height} 条</dd></dl>"
        "<p>请核对追踪号与您手机上的回执一致。要不依赖本网站核验，请下载 "
        f'<a href="{address}/heads.bel">heads.bel</a> 与 <a href="{address}/area.bel">area.bel</a>，'
        "用任何兼容的核验程序检查。</p>"
    )


def _absent(tracker: str) -> str:
    return (
        "<h2 class=no>公告板上没有这张选票</h2>"
        f"<p>查询的追踪号：<code>{escape(tracker)}</code></p>"
        "<p>请核对链接是否完整。如果您持有带签名的回执而这里没有选票，请保存回执并立即联系审计人："
        "那就是本服务器违背承诺的证据。</p>"
    )

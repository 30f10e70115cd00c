"""Open311 GeoReport v2 under /open311/v2/: discovery, services, requests, tokens; XML and JSON.

In JSON the outer element is dropped and lists are arrays at the top; in XML every list has an element.
Times carry their zone, coordinates are WGS-84, errors are the standard's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from xml.etree import ElementTree as ET

from flask import Blueprint, Response, request
from flask.views import MethodView
from marshmallow import fields, validate
from werkzeug.exceptions import HTTPException

from backend.complaints.rules.refusals import ParameterRefused
from backend.complaints.service import open311
from backend.complaints.service.open311 import MOST_ROWS, Posted, Wanted
from backend.infra.auth import current_actor, public, signed_in
from backend.infra.coordinates import Point
from backend.infra.db import reading, transaction
from backend.infra.forms import Blueprint as Api
from backend.infra.house import current_house
from backend.infra.http import WORDING
from backend.infra.schema import Schema
from backend.kernel.clock import format_instant, parse_instant
from backend.kernel.refusal import NotFound, Refusal

PREFIX = "/open311/v2"
TYPES = {"xml": "text/xml; charset=utf-8", "json": "application/json; charset=utf-8"}
SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
CHANGESET = "2026-11-24T00:00:00+08:00"
"""When what is served here last changed."""
ITEMS = {
    "services": "service",
    "service_requests": "request",
    "attributes": "attribute",
    "values": "value",
    "endpoints": "endpoint",
    "formats": "format",
    "errors": "error",
}
"""What one element of a list is called in XML."""
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ATTRIBUTE = re.compile(r"attribute\[([^\[\]]{1,100})\](?:\[\])?")
_STATUSES = frozenset({403, 404, 413, 429, 500})
"""With which errors are answered; all others are the standard's general 400."""
_FORMAT = "<any(xml,json):form>"
georeport = Blueprint("open311", __name__, url_prefix=PREFIX)
blueprint = Api("open311-keys", __name__, description="Open311：接口密钥")


@georeport.get(f"/discovery.{_FORMAT}")
@public
def discovery(form: str) -> Response:
    """Tell where the service is and which formats it speaks."""
    url = current_house().settings.public_url
    endpoint = {
        "specification": SPECIFICATION,
        "url": url + PREFIX,
        "changeset": CHANGESET,
        "type": "production",
        "formats": ["text/xml", "application/json"],
    }
    found = {
        "changeset": CHANGESET,
        "contact": f"议事厅 {url}/",
        "key_service": f"向本服务器管理员申请 api_key：{url}/api/docs",
        "endpoints": [endpoint],
    }
    return _answer(form, "discovery", found)


@georeport.get(f"/services.{_FORMAT}")
@public
def services(form: str) -> Response:
    """List what can be reported."""
    with reading() as session:
        open311.given_jurisdiction(session, _jurisdiction())
        return _answer(form, "services", open311.services(session))


@georeport.get(f"/services/<code>.{_FORMAT}")
@public
def service_definition(code: str, form: str) -> Response:
    """List the extra questions of a service."""
    with reading() as session:
        open311.given_jurisdiction(session, _jurisdiction())
        return _answer(form, "service_definition", open311.definition(session, code))


@georeport.get(f"/requests.{_FORMAT}")
@public
def requests(form: str) -> Response:
    """List requests, the newest first."""
    wanted = _wanted(request.args)
    with reading() as session:
        found = open311.requests(session, current_house(), _jurisdiction(), wanted)
    return _answer(form, "service_requests", found)


@georeport.post(f"/requests.{_FORMAT}")
@public
def post_request(form: str) -> Response:
    """Take a report; needs an api_key."""
    key = request.form.get("api_key") or request.args.get("api_key") or ""
    posted = _posted(request.form)
    with transaction() as session:
        taken = open311.post(session, current_house(), key, _jurisdiction(), posted)
    answer = {
        "service_request_id": taken.number,
        "token": taken.token,
        "service_notice": taken.notice,
        "account_id": None,
    }
    return _answer(form, "service_requests", [answer])


@georeport.get(f"/requests/<number>.{_FORMAT}")
@georeport.get(f"/request/<number>.{_FORMAT}")
@public
def one_request(number: str, form: str) -> Response:
    """Show one request, under either spelling of the address."""
    with reading() as session:
        found = open311.request(session, current_house(), _jurisdiction(), number)
    return _answer(form, "service_requests", [found])


@georeport.get(f"/tokens/<token>.{_FORMAT}")
@public
def token(token: str, form: str) -> Response:
    """Give the number of a request for its token."""
    with reading() as session:
        number = open311.number_of_token(session, _jurisdiction(), token)
    return _answer(form, "service_requests", [{"service_request_id": number, "token": token}])


@georeport.get("/<path:address>")
@public
def elsewhere(address: str) -> Response:
    """Say in the standard's form that there is nothing here."""
    del address
    raise NoSuchCall("没有这个接口；地址以 .xml 或 .json 结尾，见 discovery")


@georeport.before_request
def refuse_nul() -> None:
    """Refuse a NUL, which no database keeps, before anything is looked up."""
    if any("\x00" in part for pair in request.form.items(multi=True) for part in pair):
        raise ParameterRefused("内容中有空字符（U+0000）；请去掉后再提交")


@georeport.errorhandler(Refusal)
def refused(refusal: Refusal) -> Response:
    """Answer a refusal in the standard's form, with one entry for each thing that is wrong."""
    wrong = [f"{one['field']}：{one['rule']}" for one in refusal.errors]
    return _errors(refusal.status, wrong or [refusal.detail])


@georeport.errorhandler(HTTPException)
def failed(error: HTTPException) -> Response:
    """Answer what Flask refuses, and faults of the server, in the standard's form too."""
    status = error.code or 500
    return _errors(status, [WORDING.get(status, WORDING[400])[1]])


class NoSuchCall(NotFound):
    """An address that the standard does not know."""

    code = "open311-no-such-call"
    title = "没有这个 Open311 接口"


class KeyForm(Schema):
    """For whom the key is."""

    name = fields.String(required=True, validate=validate.Length(min=1, max=100))


class KeyView(Schema):
    """The key, shown this once."""

    api_key = fields.String(required=True)


@blueprint.route("/open311-keys")
class Keys(MethodView):
    """Keys for programs of others."""

    @signed_in
    @blueprint.arguments(KeyForm)
    @blueprint.response(201, KeyView)
    def post(self, form: dict[str, str]) -> dict[str, str]:
        """Make an api_key for Open311 (administrator)."""
        with transaction() as session:
            return {"api_key": open311.issue_key(session, current_house(), current_actor(), **form)}


def _jurisdiction() -> str:
    return request.form.get("jurisdiction_id") or request.args.get("jurisdiction_id") or ""


def _errors(status: int, descriptions: list[str]) -> Response:
    form = "json" if request.path.endswith(".json") else "xml"
    status = status if status in _STATUSES else 400
    found = [{"code": str(status), "description": description} for description in descriptions]
    return _answer(form, "errors", found, status=status)


def _wanted(args: Mapping[str, str]) -> Wanted:
    statuses = _split(args, "status")
    if not set(statuses) <= {"open", "closed"}:
        raise ParameterRefused("status 应为 open、closed，或以逗号分隔的两者")
    return Wanted(
        numbers=_split(args, "service_request_id"),
        codes=_split(args, "service_code"),
        start=_moment(args, "start_date"),
        end=_moment(args, "end_date"),
        updated_after=_moment(args, "updated_after"),
        updated_before=_moment(args, "updated_before"),
        statuses=frozenset(statuses),
        page=_whole(args, "page", 1, 100_000),
        page_size=_whole(args, "page_size", MOST_ROWS, MOST_ROWS),
    )


def _posted(form: Any) -> Posted:
    if not form.get("service_code"):
        raise ParameterRefused("缺少 service_code")
    names = [_short(form, part, 100) for part in ("last_name", "first_name", "email")]
    return Posted(
        service_code=form["service_code"],
        point=_point(form),
        address=_short(form, "address_string", 200),
        address_id=_short(form, "address_id", 40),
        description=form.get("description", "").strip(),
        attributes=_attributes(form),
        media_url=_media_url(form),
        name=" ".join(filter(None, names)),
        phone=_short(form, "phone", 20),
    )


def _attributes(form: Any) -> dict[str, list[str]]:
    """Return attribute[code] and attribute[code][], each with all its values."""
    found: dict[str, list[str]] = {}
    for name in form:
        named = _ATTRIBUTE.fullmatch(name)
        if named is not None:
            found.setdefault(named[1], []).extend(form.getlist(name))
        elif name.startswith("attribute"):
            raise ParameterRefused("补充问题的参数应写作 attribute[代码] 或 attribute[代码][]")
    return found


def _media_url(form: Mapping[str, str]) -> str:
    url = _short(form, "media_url", 500)
    if url and not url.startswith(("http://", "https://")):
        raise ParameterRefused("media_url 应为 http 或 https 地址")
    return url


def _short(form: Mapping[str, str], name: str, most: int) -> str:
    text = form.get(name, "").strip()
    if len(text) > most:
        raise ParameterRefused(f"{name} 最多 {most} 字，现有 {len(text)} 字")
    return text


def _point(form: Mapping[str, str]) -> Point | None:
    lat, long = form.get("lat", ""), form.get("long", "")
    if not lat and not long:
        return None
    try:
        return Point.from_degrees(float(lat), float(long))
    except ValueError as error:
        raise ParameterRefused("lat 和 long 应为 WGS-84 的十进制度数，两者都要给出") from error


def _split(args: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in args.get(name, "").split(",") if part.strip())[:MOST_ROWS]


def _moment(args: Mapping[str, str], name: str) -> datetime | None:
    text = args.get(name, "")
    if not text:
        return None
    try:
        return parse_instant(text.replace(" ", "+"))  # a plus sign that nobody escaped arrives as a blank
    except ValueError as error:
        raise ParameterRefused(f"{name} 应为带时区的 ISO 8601 时间，如 2026-01-31T00:00:00Z") from error


def _whole(args: Mapping[str, str], name: str, default: int, most: int) -> int:
    text = args.get(name, "") or str(default)
    if not (text.isascii() and text.isdigit() and 1 <= len(text) <= 6) or not 1 <= int(text) <= most:
        raise ParameterRefused(f"{name} 应为 1 至 {most} 的整数")
    return int(text)


def _answer(form: str, root: str, found: Any, *, status: int = 200) -> Response:
    if form == "json":
        body = json.dumps(_without_blanks(found), ensure_ascii=False, default=_written).encode()
    else:
        body = ET.tostring(_element(root, found), encoding="UTF-8", xml_declaration=True)
    return Response(body, status=status, content_type=TYPES[form])


def _without_blanks(value: Any) -> Any:
    """Return the same with null for what is empty, as the standard writes it in JSON."""
    if isinstance(value, Mapping):
        return {key: _without_blanks(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_without_blanks(inner) for inner in value]
    return None if value == "" else value


def _element(name: str, value: Any) -> ET.Element:
    element = ET.Element(name)
    if isinstance(value, Mapping):
        element.extend(_element(key, inner) for key, inner in value.items())
    elif isinstance(value, list):
        element.extend(_element(ITEMS[name], inner) for inner in value)
    elif value is not None:
        element.text = _text(value)
    return element


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return format_instant(value)
    return _UNPRINTABLE.sub("", str(value))


def _written(value: Any) -> str:
    if isinstance(value, datetime):
        return format_instant(value)
    raise TypeError(f"{type(value)} is not written in JSON")

"""The public record: anybody may fetch it, nothing in it is personal."""

from __future__ import annotations

from typing import Any

from flask import Response, request, stream_with_context
from flask.views import MethodView
from werkzeug.exceptions import RequestedRangeNotSatisfiable

from backend.assemblies.rules import Chain
from backend.assemblies.schemas import NumberView, SignedView, StatementForm
from backend.assemblies.schemas import record as schemas
from backend.assemblies.service import auditing, paper, record
from backend.infra.auth import current_actor, public, signed_in
from backend.infra.db import reading, transaction
from backend.infra.forms import Blueprint
from backend.infra.house import current_house
from backend.infra.printing import qr_png, qr_svg

JSON = "application/json"
BEL = "application/octet-stream"

blueprint = Blueprint("record", __name__, description="公开记录：公告板、清单与回执")


@blueprint.route("/elections/<uuid>")
class OneElection(MethodView):
    """One election."""

    @public
    @blueprint.response(200, schemas.ElectionView)
    def get(self, uuid: str) -> record.ElectionView:
        """Show an election and its turnout."""
        with reading() as session:
            return record.view(session, current_house(), uuid)


@blueprint.route("/elections/<uuid>/<any('manifest.json', 'roll.json', 'election.json'):name>")
class Documents(MethodView):
    """What was fixed before the opening."""

    @public
    @blueprint.response(200, content_type=JSON)
    def get(self, uuid: str, name: str) -> Response:
        """Download manifest.json, roll.json or election.json, byte for byte."""
        with reading() as session:
            return Response(record.document(session, uuid, name), content_type=JSON)


@blueprint.route("/elections/<uuid>/<any(heads, area):chain>.bel")
class Archives(MethodView):
    """Both archives, which only ever grow."""

    @public
    @blueprint.response(200, content_type=BEL)
    @blueprint.alt_response(206, content_type=BEL)
    def get(self, uuid: str, chain: str) -> Response:
        """Download an archive as it is now, or a range of it."""
        with reading() as session:
            taken = record.snapshot(session, uuid, Chain(chain))
        start, end = _asked_range(taken.length)
        body = stream_with_context(record.archive(taken, start, end))
        answer = Response(body, status=206 if request.range else 200, content_type=BEL)
        answer.headers.update({"Accept-Ranges": "bytes", "Content-Length": str(end - start)})
        if request.range:
            answer.headers["Content-Range"] = f"bytes {start}-{end - 1}/{taken.length}"
        return answer


def _asked_range(length: int) -> tuple[int, int]:
    """Return the bytes that are asked for, first and one past the last."""
    if request.range is None:
        return 0, length
    found = request.range.range_for_length(length)
    if found is None:
        raise RequestedRangeNotSatisfiable(length)
    return found


@blueprint.route("/elections/<uuid>/head")
class Head(MethodView):
    """The head of the board."""

    @public
    @blueprint.response(200, SignedView)
    def get(self, uuid: str) -> dict[str, object]:
        """Tell where both chains stand, signed by the server."""
        with reading() as session:
            return record.signed_head(session, current_house(), uuid).to_json()


@blueprint.route("/elections/<uuid>/ballots/<tracker>")
class Ballots(MethodView):
    """Ballots by tracker."""

    @public
    @blueprint.response(200, schemas.BallotView)
    def get(self, uuid: str, tracker: str) -> dict[str, object]:
        """Tell where a ballot stands on the board."""
        with reading() as session:
            found = record.get_ballot(session, uuid, tracker)
        return {"tracker": tracker, "height": found.height, "on_board": True}


@blueprint.route("/elections/<uuid>/receipts/<tracker>.<any(png, svg):form>")
class ReceiptCodes(MethodView):
    """QR codes of receipts."""

    @public
    @blueprint.response(200, content_type="image/png")
    def get(self, uuid: str, tracker: str, form: str) -> Response:
        """Download the QR code that leads to the page of a ballot on the board."""
        with reading() as session:
            record.get_ballot(session, uuid, tracker)
        draw, kind = (qr_png, "image/png") if form == "png" else (qr_svg, "image/svg+xml")
        return Response(draw(record.ballot_url(current_house(), uuid, tracker)), content_type=kind)


@blueprint.route("/elections/<uuid>/paper-users")
class PaperUsers(MethodView):
    """Who used paper."""

    @public
    @blueprint.response(200, schemas.PseudonymsView)
    def get(self, uuid: str) -> dict[str, list[str]]:
        """List the electors who used paper, by pseudonym."""
        with reading() as session:
            return {"items": [elector.pseudonym for elector in paper.paper_electors(session, uuid)]}


@blueprint.route("/elections/<uuid>/cosignatures")
class Cosignatures(MethodView):
    """Auditors' signatures on heads of the board."""

    @public
    @blueprint.response(200, schemas.NamedStatementsView)
    def get(self, uuid: str) -> dict[str, list[dict[str, object]]]:
        """List auditors' signatures on heads of this board, oldest first."""
        with reading() as session:
            return {"items": auditing.cosignatures(session, uuid)}

    @signed_in
    @blueprint.arguments(StatementForm)
    @blueprint.response(201, NumberView)
    def post(self, form: dict[str, Any], uuid: str) -> dict[str, int]:
        """Co-sign a head of the board (auditor)."""
        with transaction() as session:
            return {"id": auditing.cosign(session, current_house(), uuid, **form, actor=current_actor()).id}


@blueprint.route("/elections/<uuid>/device-signatures")
class DeviceSignatures(MethodView):
    """The owners' own acts, kept as evidence."""

    @signed_in
    @blueprint.response(200, schemas.DeviceSignaturesView)
    def get(self, uuid: str) -> dict[str, object]:
        """List the device signature of every ballot on the board (auditor)."""
        with reading() as session:
            return {"items": record.device_signatures(session, uuid, current_actor())}

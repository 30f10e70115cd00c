"""The public board of a community, what waits for review, and the terms that hold there."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask.views import MethodView

from backend.complaints.routes.figures import as_view
from backend.complaints.routes.tickets import PhotoQuery, as_jpeg
from backend.complaints.schemas import figures as schemas
from backend.complaints.service import board, figures, pictures, terms
from backend.infra.auth import current_actor, public, signed_in
from backend.infra.db import reading, transaction
from backend.infra.forms import Blueprint
from backend.infra.house import current_house
from backend.infra.paging import Page

blueprint = Blueprint("complaint-board", __name__, description="投诉报修：公示栏、审核与时限")


@blueprint.route("/communities/<community_id>/board/tickets")
class Board(MethodView):
    """The public board."""

    @public
    @blueprint.arguments(schemas.BoardQuery, location="query")
    @blueprint.response(200, schemas.BoardView)
    def get(self, query: dict[str, Any], community_id: str) -> Page[board.BoardRow]:
        """List a community's tickets without names or homes, the newest first."""
        with reading() as session:
            return board.board(session, current_house(), community_id, **query)


@blueprint.route("/communities/<community_id>/board/figures")
class BoardFigures(MethodView):
    """How we are doing."""

    @public
    @blueprint.arguments(schemas.AskedQuery, location="query")
    @blueprint.response(200, schemas.FigureView)
    def get(self, asked: figures.Asked, community_id: str) -> dict[str, Any]:
        """Show a community's figures of a period."""
        with reading() as session:
            counts = figures.community_figures(session, current_house(), community_id, asked)
        return as_view("", "", counts)


@blueprint.route("/board/photos/<photo_id>")
class BoardPhoto(MethodView):
    """A reviewed photo."""

    @public
    @blueprint.arguments(PhotoQuery, location="query")
    @blueprint.response(200, content_type="image/jpeg")
    def get(self, query: dict[str, bool], photo_id: str) -> Response:
        """Show a photo that was reviewed and approved."""
        with reading() as session:
            jpeg = pictures.public_photo(session, current_house(), photo_id, **query)
        return as_jpeg(jpeg, "public")


@blueprint.route("/communities/<community_id>/reviews")
class Reviews(MethodView):
    """What waits for review."""

    @signed_in
    @blueprint.response(200, schemas.WaitingView)
    def get(self, community_id: str) -> dict[str, Any]:
        """List words and photos that wait for review (community officer); words are decided by an act."""
        actor = current_actor()
        with reading() as session:
            texts = board.waiting_texts(session, actor, community_id)
            photos = pictures.waiting_photos(session, actor, community_id, board.MOST_WAITING)
        return {"texts": texts, "photos": photos}


@blueprint.route("/photos/<photo_id>/review")
class PhotoReview(MethodView):
    """Whether the public may see a photo."""

    @signed_in
    @blueprint.arguments(schemas.ReviewForm)
    @blueprint.response(204)
    def post(self, form: dict[str, bool], photo_id: str) -> None:
        """Approve or reject a photo for the public (community officer)."""
        with transaction() as session:
            pictures.review(session, current_house(), current_actor(), photo_id, **form)


@blueprint.route("/communities/<community_id>/complaint-terms")
class Terms(MethodView):
    """How much time there is."""

    @public
    @blueprint.response(200, schemas.SettingsView)
    def get(self, community_id: str) -> dict[str, Any]:
        """Show what is promised in a community, by priority."""
        with reading() as session:
            return {"items": terms.promised(session, community_id)}

    @signed_in
    @blueprint.arguments(schemas.SettingsForm)
    @blueprint.response(200, schemas.SettingsView)
    def put(self, form: dict[str, Any], community_id: str) -> dict[str, Any]:
        """Set shorter terms or other working hours for a community (street)."""
        with transaction() as session:
            terms.set_terms(session, current_house(), current_actor(), community_id, **form)
            return {"items": terms.promised(session, community_id)}


@blueprint.route("/work-years")
class Years(MethodView):
    """Years whose holidays are known."""

    @public
    @blueprint.response(200, schemas.YearsView)
    def get(self) -> dict[str, Any]:
        """List the years whose holidays and make-up working days are known."""
        with reading() as session:
            return {"items": terms.known(session)}


@blueprint.route("/work-years/<int:year>")
class OneYear(MethodView):
    """One year."""

    @signed_in
    @blueprint.arguments(schemas.YearForm)
    @blueprint.response(200, schemas.YearsView)
    def put(self, form: dict[str, Any], year: int) -> dict[str, Any]:
        """Enter the holidays of a year (administrator); open tickets are reckoned anew."""
        with transaction() as session:
            terms.enter(session, current_house(), current_actor(), year, **form)
            return {"items": terms.known(session)}

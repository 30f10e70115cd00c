"""Tickets, and what people do with them."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask.views import MethodView
from marshmallow import fields

from backend.complaints.schemas import tickets as schemas
from backend.complaints.service import acts, contact, desk, lists, merging, pictures, showing
from backend.complaints.service.cases import Case
from backend.complaints.service.parts import parts_of
from backend.infra.auth import current_actor, signed_in
from backend.infra.db import reading, transaction
from backend.infra.forms import Blueprint
from backend.infra.house import current_house
from backend.infra.paging import Page
from backend.infra.schema import Schema

blueprint = Blueprint("tickets", __name__, description="投诉报修：工单办理")


class PhotoQuery(Schema):
    """Which size."""

    thumbnail = fields.Boolean(load_default=False)


@blueprint.route("/me/tickets")
class MyTickets(MethodView):
    """The caller's own tickets."""

    @signed_in
    @blueprint.arguments(schemas.CursorQuery, location="query")
    @blueprint.response(200, schemas.PageView)
    def get(self, query: dict[str, str | None]) -> Page[lists.Row]:
        """List the tickets that the caller reported or joined, the newest first."""
        with reading() as session:
            return lists.my_tickets(session, current_house(), current_actor(), query["cursor"])


@blueprint.route("/desk/tickets")
class Queue(MethodView):
    """The queue of the bodies for which the caller works."""

    @signed_in
    @blueprint.arguments(schemas.QueueQuery, location="query")
    @blueprint.response(200, schemas.PageView)
    def get(self, asked: tuple[lists.Filter, str | None]) -> Page[lists.Row]:
        """List the tickets to work on, what is due first in front (staff)."""
        wanted, cursor = asked
        with reading() as session:
            return lists.queue(session, current_house(), current_actor(), wanted, cursor)


@blueprint.route("/communities/<community_id>/call-backs")
class CallBacks(MethodView):
    """Residents whom the community has yet to call back."""

    @signed_in
    @blueprint.arguments(schemas.CursorQuery, location="query")
    @blueprint.response(200, schemas.PageView)
    def get(self, query: dict[str, str | None], community_id: str) -> Page[lists.Row]:
        """List answered tickets of which nobody said whether they are solved (community officer)."""
        with reading() as session:
            return lists.call_backs(session, current_house(), current_actor(), community_id, query["cursor"])


@blueprint.route("/desk/tickets/batch")
class Batch(MethodView):
    """The same act on several tickets."""

    @signed_in
    @blueprint.arguments(schemas.BatchForm)
    @blueprint.response(200, schemas.BatchView)
    def post(self, form: dict[str, Any]) -> dict[str, Any]:
        """Do the same with each of several tickets; one that is refused keeps none of the others back."""
        house, actor = current_house(), current_actor()
        return {"items": desk.perform_each(house, actor, form["ticket_ids"], form["act"])}


@blueprint.route("/desk/templates")
class Templates(MethodView):
    """Ready texts."""

    @signed_in
    @blueprint.response(200, schemas.TemplatesView)
    def get(self) -> dict[str, Any]:
        """List the ready texts of the caller's organisations (staff)."""
        with reading() as session:
            return {"items": desk.my_templates(session, current_actor())}

    @signed_in
    @blueprint.arguments(schemas.TemplateForm)
    @blueprint.response(201, schemas.TemplateView)
    def post(self, form: dict[str, str]) -> Any:
        """Keep a ready text for the caller's organisation (staff)."""
        with transaction() as session:
            return desk.save_template(session, current_actor(), **form)


@blueprint.route("/desk/templates/<template_id>")
class OneTemplate(MethodView):
    """One ready text."""

    @signed_in
    @blueprint.response(204)
    def delete(self, template_id: str) -> None:
        """Remove a ready text of the caller's organisation (staff)."""
        with transaction() as session:
            desk.remove_template(session, current_actor(), template_id)


@blueprint.route("/tickets/<ticket_id>")
class OneTicket(MethodView):
    """One ticket."""

    @signed_in
    @blueprint.response(200, schemas.TicketView)
    def get(self, ticket_id: str) -> showing.TicketView:
        """Show a ticket as the caller may see it."""
        with reading() as session:
            return showing.show(session, current_house(), current_actor(), ticket_id)


@blueprint.route("/tickets/<ticket_id>/acts")
class Acts(MethodView):
    """What people do with a ticket."""

    @signed_in
    @blueprint.arguments(schemas.ActForm)
    @blueprint.response(201, schemas.TicketView)
    def post(self, act: acts.Act, ticket_id: str) -> showing.TicketView:
        """Acknowledge, assign, reply, resolve, confirm, reopen ... (see `acts` of the ticket)."""
        house, actor = current_house(), current_actor()
        with transaction() as session:
            return _view(session, acts.perform(session, house, actor, ticket_id, act))


@blueprint.route("/tickets/<ticket_id>/merge")
class Merge(MethodView):
    """Merging."""

    @signed_in
    @blueprint.arguments(schemas.MergeForm)
    @blueprint.response(201, schemas.TicketView)
    def post(self, form: dict[str, str], ticket_id: str) -> showing.TicketView:
        """Merge this ticket into another of the same community (staff)."""
        house, actor = current_house(), current_actor()
        with transaction() as session:
            case = merging.merge(session, house, actor, ticket_id, form["into"], text=form["text"])
            return _view(session, case)

    @signed_in
    @blueprint.response(200, schemas.TicketView)
    def delete(self, ticket_id: str) -> showing.TicketView:
        """Take this ticket out of the one it was merged into (staff)."""
        with transaction() as session:
            return _view(session, merging.unmerge(session, current_house(), current_actor(), ticket_id))


@blueprint.route("/tickets/<ticket_id>/contact-reveals")
class ContactReveals(MethodView):
    """The resident's contact."""

    @signed_in
    @blueprint.arguments(schemas.ReasonForm)
    @blueprint.response(201, schemas.ContactView)
    def post(self, form: dict[str, str], ticket_id: str) -> contact.Contact:
        """Show the resident's name and phone; who asked and why is logged (staff, while it is open)."""
        with transaction() as session:
            return contact.reveal(session, current_house(), current_actor(), ticket_id, **form)


@blueprint.route("/tickets/<ticket_id>/staff")
class TicketStaff(MethodView):
    """To whom a ticket may be given."""

    @signed_in
    @blueprint.response(200, schemas.StaffListView)
    def get(self, ticket_id: str) -> dict[str, Any]:
        """List the people of the caller's body to whom the ticket may be given (staff)."""
        with reading() as session:
            return {"items": desk.assignable(session, current_house(), current_actor(), ticket_id)}


@blueprint.route("/tickets/<ticket_id>/photos/<photo_id>")
class TicketPhoto(MethodView):
    """A photo of a ticket."""

    @signed_in
    @blueprint.arguments(PhotoQuery, location="query")
    @blueprint.response(200, content_type="image/jpeg")
    def get(self, query: dict[str, bool], ticket_id: str, photo_id: str) -> Response:
        """Show a photo to who may see the ticket's words."""
        with reading() as session:
            jpeg = pictures.photo_of_ticket(
                session, current_house(), current_actor(), ticket_id, photo_id, **query
            )
        return as_jpeg(jpeg, "private")


def as_jpeg(jpeg: bytes, cache: str) -> Response:
    """Return a photo; its bytes never change under its address."""
    answer = Response(jpeg, content_type="image/jpeg")
    answer.headers["Cache-Control"] = f"{cache}, max-age=86400, immutable"
    return answer


def _view(session: Any, case: Case) -> showing.TicketView:
    house, actor = current_house(), current_actor()
    return showing.view(session, house, case, parts_of(session, actor, case.row, case.standing))

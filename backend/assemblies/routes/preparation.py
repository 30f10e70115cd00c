"""From the draft to READY: who prepares what."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView

from backend.assemblies.rules import Office, Step
from backend.assemblies.schemas import NumberView, TextForm
from backend.assemblies.schemas import preparation as schemas
from backend.assemblies.service import ceremony, drafting, overview, people, rolls, standing, steps
from backend.infra.auth import current_actor, public, signed_in
from backend.infra.db import reading, transaction
from backend.infra.forms import Blueprint
from backend.infra.house import current_house

blueprint = Blueprint("preparation", __name__, description="业主大会：方案、名册、人员与密钥")


@blueprint.route("/communities/<community_id>/assemblies")
class Assemblies(MethodView):
    """Assemblies of a community."""

    @public
    @blueprint.response(200, schemas.AssembliesView)
    def get(self, community_id: str) -> dict[str, Any]:
        """List the assemblies that were posted, the latest first; nothing in them is personal."""
        with reading() as session:
            return {"items": overview.posted(session, current_house(), community_id)}

    @signed_in
    @blueprint.arguments(schemas.DraftForm)
    @blueprint.response(201, schemas.AssemblyView)
    def post(self, draft: drafting.Draft, community_id: str) -> overview.AssemblyView:
        """Draft an assembly (chair)."""
        house = current_house()
        with transaction() as session:
            assembly = drafting.create(session, house, community_id, draft, current_actor())
            return overview.view(session, house, assembly)


@blueprint.route("/assemblies/<assembly_id>")
class OneAssembly(MethodView):
    """One assembly."""

    @public
    @blueprint.response(200, schemas.AssemblyView)
    def get(self, assembly_id: str) -> overview.AssemblyView:
        """Show an assembly; nothing in it is personal."""
        with reading() as session:
            return overview.view(session, current_house(), standing.get_assembly(session, assembly_id))

    @signed_in
    @blueprint.arguments(schemas.DraftForm)
    @blueprint.response(200, schemas.AssemblyView)
    def put(self, draft: drafting.Draft, assembly_id: str) -> overview.AssemblyView:
        """Replace a draft (chair)."""
        house = current_house()
        with transaction() as session:
            assembly = standing.get_assembly(session, assembly_id)
            drafting.revise(session, house, assembly, draft, current_actor())
            return overview.view(session, house, assembly)


@blueprint.route("/assemblies/<assembly_id>/steps")
class Steps(MethodView):
    """Steps of an assembly."""

    @signed_in
    @blueprint.arguments(schemas.StepForm)
    @blueprint.response(201, schemas.AssemblyView)
    def post(self, form: dict[str, str], assembly_id: str) -> overview.AssemblyView:
        """Take the next step (chair)."""
        house = current_house()
        with transaction() as session:
            assembly = standing.get_assembly(session, assembly_id)
            steps.take(session, house, assembly, Step(form["step"]), current_actor())
            return overview.view(session, house, assembly)


@blueprint.route("/assemblies/<assembly_id>/opinions")
class Opinions(MethodView):
    """The community's advice on a draft."""

    @signed_in
    @blueprint.arguments(TextForm)
    @blueprint.response(201, NumberView)
    def post(self, form: dict[str, str], assembly_id: str) -> dict[str, int]:
        """Advise on the draft (community officer)."""
        with transaction() as session:
            assembly = standing.get_assembly(session, assembly_id)
            return {
                "id": drafting.advise(session, current_house(), assembly, form["text"], current_actor()).id
            }


@blueprint.route("/assemblies/<assembly_id>/people")
class People(MethodView):
    """Who holds which office."""

    @signed_in
    @blueprint.arguments(schemas.AppointmentForm)
    @blueprint.response(201, schemas.AssemblyView)
    def post(self, form: dict[str, str], assembly_id: str) -> overview.AssemblyView:
        """Appoint a person who holds the role of the same name in the community (chair)."""
        house, office = current_house(), Office(form.pop("role"))
        with transaction() as session:
            assembly = standing.get_assembly(session, assembly_id)
            people.appoint(session, house, assembly, current_actor(), office=office, **form)
            return overview.view(session, house, assembly)


@blueprint.route(
    "/assemblies/<assembly_id>/people/<any(registrar, trustee, auditor, counter):role>/<int:index>"
)
class OnePerson(MethodView):
    """One appointment."""

    @signed_in
    @blueprint.response(200, schemas.AssemblyView)
    def delete(self, assembly_id: str, role: str, index: int) -> overview.AssemblyView:
        """Take back an appointment before READY (chair)."""
        house = current_house()
        with transaction() as session:
            assembly = standing.get_assembly(session, assembly_id)
            people.dismiss(session, house, assembly, current_actor(), office=Office(role), index=index)
            return overview.view(session, house, assembly)


@blueprint.route("/assemblies/<assembly_id>/my-key")
class MyKey(MethodView):
    """The caller's own keys in this assembly."""

    @signed_in
    @blueprint.arguments(schemas.RoleKeyForm)
    @blueprint.response(200, schemas.AssemblyView)
    def put(self, form: dict[str, str], assembly_id: str) -> overview.AssemblyView:
        """Publish the keys of the caller's own software (the appointee)."""
        house, office = current_house(), Office(form.pop("role"))
        with transaction() as session:
            assembly = standing.get_assembly(session, assembly_id)
            people.set_key(session, house, assembly, current_actor(), office=office, **form)
            return overview.view(session, house, assembly)


@blueprint.route("/assemblies/<assembly_id>/registrar-roll")
class RegistrarRoll(MethodView):
    """The roll with what a notice needs."""

    @signed_in
    @blueprint.response(200, schemas.RegistrarRollView)
    def get(self, assembly_id: str) -> dict[str, Any]:
        """List electors with their units and masked owners (registrar)."""
        with reading() as session:
            assembly = standing.get_assembly(session, assembly_id)
            electors = rolls.registrar_roll(session, current_house(), assembly, current_actor())
            return {"assembly": assembly_id, "electors": electors}


@blueprint.route("/assemblies/<assembly_id>/credentials")
class Credentials(MethodView):
    """Public credentials."""

    @signed_in
    @blueprint.arguments(schemas.CredentialsForm)
    @blueprint.response(200, schemas.CredentialsView)
    def put(self, form: dict[str, Any], assembly_id: str) -> dict[str, int]:
        """Hand in the public credential of every elector of every election (registrar)."""
        house, lists, signature = current_house(), form["document"]["elections"], form["signature"]
        with transaction() as session:
            assembly = standing.get_assembly(session, assembly_id)
            count = rolls.take_credentials(session, house, assembly, lists, signature, current_actor())
            return {"electors": count, "elections": len(lists)}


@blueprint.route("/assemblies/<assembly_id>/ceremony")
class Ceremony(MethodView):
    """The key ceremony."""

    @signed_in
    @blueprint.response(200, schemas.CeremonyView)
    def get(self, assembly_id: str) -> ceremony.Ceremony:
        """Show where the key ceremony stands, with every message; what is secret in them is sealed."""
        with reading() as session:
            return ceremony.ceremony(session, standing.get_assembly(session, assembly_id))

    @signed_in
    @blueprint.arguments(schemas.CeremonyMessageForm)
    @blueprint.response(201, schemas.CeremonyView)
    def post(self, form: dict[str, Any], assembly_id: str) -> ceremony.Ceremony:
        """Hand in the caller's message of the round that is due (trustee)."""
        house, number, actor = current_house(), form.pop("round"), current_actor()
        with transaction() as session:
            assembly = standing.get_assembly(session, assembly_id)
            return ceremony.take_message(session, house, assembly, number=number, **form, actor=actor)

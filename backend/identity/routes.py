"""Signing in, and what belongs to the person who is signed in."""

from __future__ import annotations

from flask import request
from flask.views import MethodView

from backend.identity import leaving, roles, rules, schemas, service, wechat
from backend.infra import own_data
from backend.infra.auth import current_actor, public, signed_in
from backend.infra.db import reading, transaction
from backend.infra.fields import mask_phone
from backend.infra.forms import Blueprint
from backend.infra.house import current_house
from backend.infra.wechat import WeChatCodeRefused
from backend.kernel.phone import parse_phone
from backend.sealing import signing

blueprint = Blueprint("identity", __name__, description="登录、角色与设备")


@blueprint.route("/sign-in/codes")
class Codes(MethodView):
    """Sign-in codes."""

    @public
    @blueprint.arguments(schemas.CodeRequestForm)
    @blueprint.response(202, schemas.NothingView)
    def post(self, form: dict[str, str]) -> dict[str, object]:
        """Send a one-time code to a phone; the answer does not tell whether the phone is known."""
        house, phone = current_house(), parse_phone(form["phone"])
        with transaction() as session:
            code = service.request_code(session, house, phone=phone, address=request.remote_addr or "")
        house.sms.send(phone, f"【议事厅】登录验证码 {code}，5 分钟内有效。请勿告诉他人。", house.clock())
        return {}


@blueprint.route("/sign-in/tokens")
class Tokens(MethodView):
    """Tokens."""

    @public
    @blueprint.arguments(schemas.TokenForm)
    @blueprint.response(201, schemas.TokenView)
    def post(self, form: dict[str, str]) -> service.IssuedToken:
        """Exchange a code for a token."""
        address = request.remote_addr or ""
        with transaction() as session:
            issued = service.exchange_code(session, current_house(), **form, address=address)
        if issued is None:
            raise rules.CodeRefused
        return issued


@blueprint.route("/sign-in/tokens/current")
class CurrentToken(MethodView):
    """The token with which the caller calls."""

    @signed_in
    @blueprint.response(204)
    def delete(self) -> None:
        """Sign out: the token is refused from now on."""
        with transaction() as session:
            service.revoke_token(session, current_house(), current_actor())


@blueprint.route("/me")
class Me(MethodView):
    """The caller."""

    @signed_in
    @blueprint.response(200, schemas.MeView)
    def get(self) -> dict[str, object]:
        """Tell who the caller is and which roles they hold."""
        with reading() as session:
            account = service.get_account(session, current_actor().account_id)
            held = roles.grants_of(session, account.id)
        phone = service.phone_of(current_house(), account)
        return {"account_id": account.id, "phone_masked": mask_phone(phone), "roles": held}


@blueprint.route("/me/data")
class OwnData(MethodView):
    """The caller's own data."""

    @signed_in
    @blueprint.response(200, schemas.OwnDataView)
    def get(self) -> dict[str, object]:
        """Return a copy of everything that is held about the caller."""
        with reading() as session:
            return {"data": own_data.copy_of(session, current_house(), current_actor())}


@blueprint.route("/me/closure")
class Closure(MethodView):
    """The end of the caller's account."""

    @signed_in
    @blueprint.response(204)
    def post(self) -> None:
        """Close the caller's account; what the law has us keep stays without the phone."""
        with transaction() as session:
            leaving.close_account(session, current_house(), current_actor())


@blueprint.route("/me/devices")
class Devices(MethodView):
    """The caller's devices."""

    @signed_in
    @blueprint.arguments(schemas.DeviceForm)
    @blueprint.response(201, schemas.DeviceView)
    def post(self, form: dict[str, str]) -> dict[str, str]:
        """Register the public keys of the caller's own device."""
        with transaction() as session:
            device = service.add_device(session, current_house(), current_actor(), **form)
        return {
            "device_id": device.id,
            "fingerprint": signing.fingerprint(device.sign_key, device.seal_key),
        }


@blueprint.route("/sign-in/wechat")
class WeChatTokens(MethodView):
    """Signing in from the mini-program."""

    @public
    @blueprint.arguments(schemas.WeChatSignInForm)
    @blueprint.response(201, schemas.TokenView)
    def post(self, form: dict[str, str]) -> service.IssuedToken:
        """Exchange the two codes that WeChat gave the phone for a token."""
        house, address = current_house(), request.remote_addr or ""
        client = wechat.client_of(house)
        with reading() as session:
            service.check_failures(session, house, address)
        try:  # no transaction is open while WeChat is asked
            openid, phone = client.openid_of(form["code"]), client.phone_of(form["phone_code"])
        except WeChatCodeRefused:
            with transaction() as session:
                service.note_failure(session, house, address)
            raise
        with transaction() as session:
            return wechat.sign_in(session, house, openid=openid, phone=phone)


@blueprint.route("/me/wechat")
class WeChatLink(MethodView):
    """The caller's mini-program."""

    @signed_in
    @blueprint.arguments(schemas.WeChatLinkForm)
    @blueprint.response(204)
    def post(self, form: dict[str, str]) -> None:
        """Link the caller's mini-program, so that messages reach it."""
        house = current_house()
        openid = wechat.client_of(house).openid_of(form["code"])
        with transaction() as session:
            wechat.link_actor(session, house, current_actor(), openid=openid)

    @signed_in
    @blueprint.response(204)
    def delete(self) -> None:
        """Forget the caller's mini-program: nothing is sent to it any more."""
        with transaction() as session:
            wechat.unlink_actor(session, current_house(), current_actor())

"""Roles: held in a community, refused by default."""

from __future__ import annotations

import pytest
from flask import Flask

from backend.identity import (
    Role,
    RoleMissing,
    ensure_account,
    grant_role,
    grants_of,
    name_of,
    require_role,
    revoke_grant,
)
from backend.identity.rules import GrantUnknown
from backend.infra.audit import verify_trail
from backend.infra.auth import Actor
from backend.infra.db import transaction
from backend.infra.house import House
from tests.houses import A_PHONE


def granted(house: House, role: Role, community: str | None, organisation: str | None = None) -> Actor:
    with transaction() as session:
        account = ensure_account(session, house, phone=A_PHONE)
        grant_role(
            session,
            house,
            granted_by="system",
            account_id=account.id,
            role=role,
            community_id=community,
            organisation_id=organisation,
        )
    return Actor(account_id=account.id, phone_hash=account.phone_hash, token_id="-")


def test_a_role_holds_in_its_own_community_only(app: Flask, house: House) -> None:
    with app.app_context():
        actor = granted(house, Role.CHAIR, "jiayuan")
        with transaction() as session:
            assert require_role(session, actor, Role.CHAIR, "jiayuan").role == "chair"
            with pytest.raises(RoleMissing, match="业委会主任"):
                require_role(session, actor, Role.CHAIR, "xinyuan")


def test_an_administrator_is_no_chair(app: Flask, house: House) -> None:
    with app.app_context():
        actor = granted(house, Role.ADMINISTRATOR, None)
        with transaction() as session:
            require_role(session, actor, Role.ADMINISTRATOR, "jiayuan")
            with pytest.raises(RoleMissing):
                require_role(session, actor, Role.CHAIR, "jiayuan")


def test_one_of_several_roles_is_enough(app: Flask, house: House) -> None:
    with app.app_context():
        actor = granted(house, Role.AUDITOR, "jiayuan", "street")
        with transaction() as session:
            grant = require_role(session, actor, (Role.COUNTER, Role.AUDITOR), "jiayuan")
            assert grant.organisation_id == "street"


def test_the_same_grant_twice_is_one_and_is_recorded_once(app: Flask, house: House) -> None:
    with app.app_context():
        granted(house, Role.TRUSTEE, "jiayuan", "street")
        actor = granted(house, Role.TRUSTEE, "jiayuan", "street")
        with transaction() as session:
            assert len(grants_of(session, actor.account_id)) == 1
            assert verify_trail(session)[0] == 1


def test_a_name_is_kept_encrypted_and_only_the_first(app: Flask, house: House) -> None:
    with app.app_context(), transaction() as session:
        assert name_of(house, ensure_account(session, house, phone=A_PHONE)) is None
        account = ensure_account(session, house, phone=A_PHONE, name="欧阳某")
        ensure_account(session, house, phone=A_PHONE, name="别人")
        assert name_of(house, account) == "欧阳某"
        assert "欧阳" not in (account.name or "")


@pytest.mark.parametrize("role", [Role.COMMUNITY_OFFICER, Role.CHAIR])
def test_no_role_but_the_administrators_holds_without_a_community(
    app: Flask, house: House, role: Role
) -> None:
    with app.app_context():
        actor = granted(house, role, None, "street")
        granted(house, role, None)
        with transaction() as session:
            for place in ("jiayuan", None):
                with pytest.raises(RoleMissing):
                    require_role(session, actor, role, place)


def test_a_revoked_role_holds_no_longer_is_kept_and_may_be_granted_anew(app: Flask, house: House) -> None:
    with app.app_context():
        actor = granted(house, Role.CHAIR, "jiayuan")
        with transaction() as session:
            (grant,) = grants_of(session, actor.account_id)
            revoke_grant(session, house, revoked_by="system", grant_id=grant.id)
        with transaction() as session:
            with pytest.raises(RoleMissing):
                require_role(session, actor, Role.CHAIR, "jiayuan")
            for gone in (grant.id, "none"):
                with pytest.raises(GrantUnknown):
                    revoke_grant(session, house, revoked_by="system", grant_id=gone)
            assert verify_trail(session)[0] == 2
        granted(house, Role.CHAIR, "jiayuan")
        with transaction() as session:
            assert [one.id for one in grants_of(session, actor.account_id)] != [grant.id]
            kept = session.connection().exec_driver_sql("SELECT count(*) FROM role_grants").scalar_one()
            assert kept == 2
            assert require_role(session, actor, Role.CHAIR, "jiayuan")

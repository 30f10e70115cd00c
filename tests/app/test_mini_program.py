"""The built mini-program in a bare realm, against the real server and the stand-in of WeChat."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from backend.infra.fields import mask_phone
from backend.voting.protocol.credentials import public_credential
from backend.voting.protocol.verifier import verify_archive
from scripts.webapp import Node
from tests.app.polls import open_poll
from tests.app.test_app import run_node
from tests.app.test_voting import UNIT, fetched
from tests.assemblies.world import PHONES
from tests.houses import A_PHONE, served
from tests.standins.wechat import APPID, SECRET, WeChatStandIn, wechat_stand_in

Json = dict[str, Any]


@contextmanager
def with_wechat(folder: Path) -> Iterator[tuple[str, WeChatStandIn]]:
    """Serve a data folder to a mini-program whose WeChat is the stand-in; yields address and stand-in."""
    with wechat_stand_in() as service:
        line = {"WECHAT_APPID": APPID, "WECHAT_SECRET": SECRET, "WECHAT_BASE_URL": service.url}
        with served(folder, line) as address:
            yield address, service


def told(node: Node, script: str, **variables: str) -> Json:
    """Run a script of the mini-program's tests and read its last line."""
    found: Json = json.loads(run_node(node, script, **variables).splitlines()[-1])
    return found


def sign_in(node: Node, address: str, login_code: str, phone_code: str) -> Json:
    codes = {"LOGIN_CODE": login_code, "PHONE_CODE": phone_code}
    return told(node, "mp/sign-in.mjs", APP_URL=address, **codes)


def get(address: str, token: str) -> Json:
    """Fetch what a token's owner may see."""
    request = urllib.request.Request(address, headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        found: Json = json.load(answer)
    return found


def test_signing_in_by_wechat_keeps_a_session_of_the_phones_account_and_registers_the_device(
    node: Node, wechat_build: Path, tmp_path: Path
) -> None:
    assert wechat_build.is_dir()
    with with_wechat(tmp_path) as (address, service):
        said = sign_in(node, address, service.a_code("openid-1"), service.a_phone_code(A_PHONE))
        token = said["session"]["token"]
        me, data = get(f"{address}/api/v1/me", token), get(f"{address}/api/v1/me/data", token)
    assert (said["refusal"], said["visits"]) == ([], ["/pages/home/home"])
    assert me["account_id"] == said["session"]["accountId"]
    assert me["phone_masked"] == mask_phone(A_PHONE)
    assert said["device"]
    assert len(data["data"]["account"]["devices"]) == 1


def test_a_code_that_wechat_refuses_is_told_in_the_servers_words_and_keeps_no_session(
    node: Node, wechat_build: Path, tmp_path: Path
) -> None:
    assert wechat_build.is_dir()
    with with_wechat(tmp_path) as (address, service):
        said = sign_in(node, address, "a code of nobody", service.a_phone_code(A_PHONE))
    assert (said["session"], said["visits"]) == (None, [])
    assert said["refusal"] == ["微信登录凭证无效", "微信登录凭证无效或已使用；请重新打开小程序再试"]


def test_the_built_voting_code_makes_the_ballots_of_the_vectors(node: Node, wechat_build: Path) -> None:
    assert wechat_build.is_dir()
    assert "6 ballots are those of the vectors" in run_node(node, "mp/vectors.mjs")


def test_an_owner_votes_by_the_notices_code_and_the_board_holds_with_that_ballot_alone(
    node: Node, wechat_build: Path, tmp_path: Path
) -> None:
    assert wechat_build.is_dir()
    poll = open_poll(tmp_path)
    whole, people = poll.scene.whole, poll.scene.people
    code = people.codes[people.labels[UNIT]]
    with with_wechat(poll.folder) as (address, service):
        said = told(
            node,
            "mp/vote.mjs",
            APP_URL=address,
            LOGIN_CODE=service.a_code("openid-1"),
            PHONE_CODE=service.a_phone_code(PHONES["owner-a"]),
            ASSEMBLY=people.assembly,
            CODE=code,
        )
        boards = [tmp_path / f"{chain}.bel" for chain in ("heads", "area")]
        for board in boards:
            board.write_bytes(fetched(f"{address}/api/v1/elections/{whole}/{board.name}"))
    assert said["answers"] == ["同意", "反对"]
    for board in boards:
        proven = verify_archive(board)
        assert list(proven.ballot_hashes) == [said["tracker"]]
        assert list(proven.ballot_credentials) == [public_credential(code, whole)]

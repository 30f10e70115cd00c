"""What the core makes of fixed chance: keys, ballots, a ceremony, decryptions, boxes and statements."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from typing import Any

from backend.sealing import boxes, signing
from backend.sealing.boxes import BoxKey
from backend.sealing.signing import SigningKey
from backend.tools.ceremony import document, share_context
from backend.voting.errors import VerificationError
from backend.voting.protocol.ballot import make_ballot, parse_ballot
from backend.voting.protocol.credentials import (
    new_code,
    new_uuid,
    normalise_code,
    private_key,
    public_credential,
)
from backend.voting.protocol.decryption import partial_decryption
from backend.voting.protocol.election import Election, Question
from backend.voting.protocol.encoding import compact, hex_sha256
from backend.voting.protocol.group import BELENIOS_2048
from backend.voting.protocol.key_ceremony import CeremonyDealt, CeremonyStart, assemble
from backend.voting.protocol.tally import EncryptedTally
from backend.voting.protocol.transcript import Seat
from backend.voting.protocol.trustees import make_single_key
from tests.voting.simulator import QUESTIONS, the_areas, the_election
from tests.voting.vectors.chance import drawn, fixed
from tests.voting.vectors.texts import Json, Texts

GROUP = BELENIOS_2048

KINDS = (
    Question('选 "几个" 都可以\n\x01\x7f/\\ \U0001f3e0', ("甲", "乙", "丙", "丁"), 0, 4),
    Question("可以不选, 也可以空白", ("同意",), 0, 1, blank=True),
    Question("正好两个", ("a", "b", "c"), 2, 2),
)
"""The kinds of question that the elections of the simulator do not have."""

CHOICES: Sequence[tuple[str, Sequence[Sequence[int]]]] = (
    ("simulator", ((1, 0, 0), (0, 1, 0, 0))),
    ("simulator", ((0, 0, 1), (0, 0, 1, 1))),
    ("simulator", ((0, 1, 0), (1, 0, 0, 0))),
    ("kinds", ((0, 0, 0, 0), (1, 0), (1, 1, 0))),
    ("kinds", ((1, 0, 1, 1), (0, 1), (0, 1, 1))),
    ("kinds", ((1, 1, 1, 1), (0, 0), (1, 0, 1))),
)

UNLAWFUL: Sequence[tuple[str, Sequence[Sequence[int]]]] = (
    ("simulator", ((1, 1, 0), (1, 0, 0, 0))),
    ("simulator", ((0, 0, 0), (1, 0, 0, 0))),
    ("simulator", ((1, 0, 0), (1, 1, 0, 0))),
    ("simulator", ((1, 0, 0), (0, 0, 0, 0))),
    ("simulator", ((1, 0, 0), (0, 1, 1, 1))),
    ("simulator", ((2, 0, 0), (1, 0, 0, 0))),
    ("simulator", ((1, 0), (1, 0, 0, 0))),
    ("simulator", ((1, 0, 0),)),
    ("kinds", ((0, 0, 0, 0), (1, 0), (1, 0, 0))),
)

TYPED = ("{0}", " {0} ", "{1}", "{2}", "{0}x", "{3}", "", "123", "{4}")
"""What people type: the code, with spaces, without dashes, in wide letters, a letter more, a wrong digit."""


def elections() -> dict[str, Election]:
    """The two elections of the ballots."""
    held = the_election()
    kinds = Election.create(
        uuid=held.election.uuid,
        name="各种题目",
        description="",
        public_key=held.election.public_key,
        questions=KINDS,
    )
    assert held.election.questions == QUESTIONS
    return {"simulator": held.election, "kinds": kinds}


def codes() -> Iterator[Json]:
    """Yield codes and the keys behind them."""
    for number in range(4):
        name = f"code {number}"
        with fixed(name):
            code, uuid = new_code(), new_uuid()
        secret, credential = private_key(code, uuid), public_credential(code, uuid)
        yield {
            "stream": name,
            "code": code,
            "uuid": uuid,
            "secret": str(secret),
            "credential": str(credential),
        }


def typed_codes() -> Iterator[Json]:
    """Yield what people type, and the code it is, or the rule by which it is none."""
    with fixed("code 0"):
        code = new_code()
    wide = "".join(chr(ord(each) + 0xFEE0) for each in code)
    wrong = code[:-1] + ("1" if code[-1] != "1" else "2")
    for form in TYPED:
        text = form.format(code, code.replace("-", ""), wide, wrong, code.replace("-", "\u2014 \u3000"))
        yield {"typed": text, **_normalised(text)}


def _normalised(text: str) -> Json:
    try:
        return {"code": normalise_code(text)}
    except VerificationError as error:
        return {"rule": error.rule}


def ballots(texts: Texts) -> Iterator[Json]:
    """Yield what ballots are made of; a ballot is told by its two trackers, and the first also in full."""
    offered = elections()
    secret = the_election().secret("李")
    for number, (name, choices) in enumerate(CHOICES):
        with fixed(f"ballot {number}"):
            raw = make_ballot(offered[name], secret, choices)
        ballot = parse_ballot(offered[name], raw)
        yield {
            "election": name,
            "stream": f"ballot {number}",
            "secret": str(secret),
            "choices": choices,
            "tracker": ballot.tracker,
            "tracker_hex": ballot.tracker_hex,
            **({"ballot": texts.add(raw)} if number == 0 else {}),
        }


def single_keys() -> Iterator[Json]:
    """Yield keys of mandatory trustees."""
    for name in (None, "受托人\u4e00"):
        with fixed(f"single {name}"):
            secret, key = make_single_key(name)
        yield {"stream": f"single {name}", "name": name, "secret": str(secret), "key": key}


def ceremony(texts: Texts, size: int = 3, threshold: int = 2) -> Json:
    """Hold a key ceremony; each trustee draws each round from a stream of its own."""
    starts: list[CeremonyStart] = []
    for index in range(1, size + 1):
        channel = BoxKey.from_bytes(drawn(f"channel {index}", 32)).public_hex
        with fixed(f"begin {index}"):
            starts.append(CeremonyStart.begin(Seat(size, threshold, index), channel_key=channel))
    certificates = [start.certificate.signed.to_json() for start in starts]
    dealt: list[CeremonyDealt] = []
    for index, start in enumerate(starts, 1):
        with fixed(f"deal {index}"):
            dealt.append(start.deal(certificates))
    return {"size": size, "threshold": threshold, **_concluded(texts, certificates, dealt)}


def _concluded(texts: Texts, certificates: list[Json], dealt: list[CeremonyDealt]) -> Json:
    dealings = [each.dealing.to_json() for each in dealt]
    shares = []
    for index, each in enumerate(dealt, 1):
        received = {
            sender: other.share_for(index) for sender, other in enumerate(dealt, 1) if sender != index
        }
        with fixed(f"conclude {index}"):
            shares.append(each.conclude(dealings, received, name=f"受托人{index}"))
    keys = [share.key.to_json(GROUP) for share in shares]
    written = [compact(certificate).decode() for certificate in certificates]
    return {
        "starts": [each.start.to_json() for each in dealt],
        "dealings": dealings,
        "dealt": [[str(each.share_for(to)) for to in range(1, len(dealt) + 1)] for each in dealt],
        "shares": [share.to_json() for share in shares],
        "trustees": texts.add(assemble(certificates, dealings, keys).raw),
        "context": share_context("7", 1, 2, written).decode(),
        "document": document("7", 2, 1, "文"),
    }


def decryptions(texts: Texts) -> Iterator[Json]:
    """Yield decryption shares, each told by its hash."""
    held, pieces = the_election(), the_areas()
    tally = EncryptedTally.parse(held.election, pieces.tally)
    for owner, secret in held.trusteeship.secrets.items():
        with fixed(f"decryption {owner}"):
            raw = partial_decryption(held.election, secret, tally)
        yield {
            "stream": f"decryption {owner}",
            "owner": owner,
            "secret": str(secret),
            "tally": texts.add(pieces.tally),
            "sha256": hex_sha256(raw),
        }


def sealed() -> Json:
    """Return boxes that open, and boxes that must not."""
    key, fresh = BoxKey.from_bytes(drawn("box key", 32)), BoxKey.from_bytes(drawn("box fresh", 32))
    code, context = "xxx-xxx-xxx-xxx-xxx", "code|7|E-01"
    box = boxes._seal_from(fresh, key.public_hex, code.encode(), context.encode())
    small = base64.b64encode(bytes(32) + base64.b64decode(box)[32:]).decode()
    wrong = [
        ("another purpose", box, "code|7|E-02"),
        ("another assembly", box, "code|8|E-01"),
        ("a changed byte", ("B" if box[50] != "B" else "C").join((box[:50], box[51:])), context),
        ("a key of small order", small, context),
        ("a line end", box + "\n", context),
        ("no padding", box.rstrip("="), context),
        ("the other alphabet", box.replace("+", "-").replace("/", "_"), context),
        ("too short", "AAAA", context),
        ("nothing", "", context),
    ]
    return {
        "key": key.to_bytes().hex(),
        "public": key.public_hex,
        "fresh": fresh.to_bytes().hex(),
        "context": context,
        "plaintext": code,
        "box": box,
        "refused": [
            {
                "title": title,
                "box": changed,
                "context": other,
                **_rule(boxes.open_box, key, changed, other.encode()),
            }
            for title, changed, other in wrong
        ],
    }


def _rule(check: Any, *arguments: object) -> Json:
    try:
        check(*arguments)
    except VerificationError as error:
        return {"code": error.code, "rule": error.rule}
    raise AssertionError(f"{arguments} should be refused")


def statements() -> Json:
    """Return statements with their bytes and signatures, and signatures that must not hold."""
    key = SigningKey.from_bytes(drawn("signing key", 32))
    documents: list[tuple[str, dict[str, object]]] = [
        ("cast", {"fingerprint": "A" * 43, "tracker": "0" * 64}),
        ("device-key", {"seal_key": "b" * 64, "sign_key": "a" * 64, "account_id": 7}),
        (
            "verdict",
            {"z": [1, -2, None, True, {"乙": "\x7f\n"}], "\U0001f3e0": 1, "\ufb01": 2, "10": 3, "9": 4},
        ),
    ]
    made = [
        {
            "kind": kind,
            "document": document,
            "bytes": signing.message(kind, document).decode(),
            "signature": signing.sign(key, kind, document),
        }
        for kind, document in documents
    ]
    public = key.public_hex
    return {
        "secret": key.to_bytes().hex(),
        "public": public,
        "fingerprint": signing.fingerprint(public, "b" * 64),
        "statements": made,
        "refused": list(_wrong_statements(public, made[0])),
    }


TORSION = (
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
)
"""Keys of small order, and keys that are not canonical."""


def _wrong_statements(public: str, honest: Json) -> Iterator[Json]:
    signature = str(honest["signature"])
    order = 2**252 + 27742317777372353535851937790883648493
    s = int.from_bytes(bytes.fromhex(signature[64:]), "little")
    cases = [
        ("another kind", public, "cosign", signature),
        ("a changed signature", public, "cast", ("1" if signature[0] != "1" else "2") + signature[1:]),
        ("s + l for s", public, "cast", signature[:64] + (s + order).to_bytes(32, "little").hex()),
        ("capitals", public, "cast", signature.upper()),
        ("too short", public, "cast", signature[:-2]),
        ("another key", "b" * 64, "cast", signature),
        *(("a key that is none", key, "cast", signature) for key in TORSION),
    ]
    for title, key, kind, changed in cases:
        told = _rule(signing.verify, key, kind, honest["document"], changed)
        yield {"title": title, "key": key, "kind": kind, "signature": changed, **told}

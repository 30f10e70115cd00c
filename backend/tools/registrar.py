"""The registrar's tool: makes each elector's code, publishes only public credentials, erases after the close.

Codes never leave this folder but inside a notice, a sealed box, or a file the registrar asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from backend.sealing.boxes import seal
from backend.sealing.signing import fingerprint, sign
from backend.tools.clock import parse_instant
from backend.tools.desk import Desk, ToolParser
from backend.tools.errors import ToolError, WrongUse
from backend.tools.exchange import ServerExchange
from backend.tools.folder import erase_file, write_whole
from backend.tools.notices import Notice, page
from backend.voting.protocol.credentials import new_code, public_credential

CODES = "codes.json"
DRAFT = "codes-draft.json"
NOTICES = "notices.json"
CREDENTIALS = "credentials"
SEALED_CODE = "sealed-code"

Codes = dict[str, str]


def codes(desk: Desk) -> None:
    """Make one code per elector and hand in the public credentials; repeat after a change of the roll."""
    _refuse_erased(desk)
    roll = desk.exchange().registrar_roll()
    kept: Codes = desk.folder.read(DRAFT) or desk.folder.read(CODES) or {}
    pseudonyms = [elector["pseudonym"] for elector in roll["electors"]]
    made = {pseudonym: kept.get(pseudonym) or new_code() for pseudonym in pseudonyms}
    _hand_in(desk, roll, made)
    desk.say(f"{len(made)} electors have a code; their public credentials are handed in", electors=len(made))


def _hand_in(desk: Desk, roll: dict[str, Any], made: Codes) -> None:
    """Keep the codes before the public lists leave, so that no list exists whose codes are lost."""
    desk.folder.write(DRAFT, made)
    lists: dict[str, dict[str, str]] = {}
    for elector in roll["electors"]:
        name = elector["pseudonym"]
        for uuid in elector["area"]:
            lists.setdefault(uuid, {})[name] = str(public_credential(made[name], uuid))
    for uuid, public in lists.items():
        desk.folder.write(f"credentials/{uuid}.json", public)
    document = {"assembly": roll["assembly"], "elections": lists}
    signature = sign(desk.folder.signing_key(), CREDENTIALS, document)
    desk.exchange().send_credentials({"document": document, "signature": signature})
    desk.folder.erase(CODES)
    desk.folder.write(CODES, made)
    desk.folder.erase(DRAFT)


def notices(desk: Desk) -> None:
    """Write one notice page with a QR for every elector, and a file with the code alone."""
    electors = desk.exchange().registrar_roll()["electors"]
    _write_notices(desk, electors)
    desk.say(f"{len(electors)} notices are in {desk.options.out}; print, deliver, then erase them")


def _write_notices(desk: Desk, electors: Sequence[dict[str, Any]]) -> None:
    made, assembly = _codes(desk), desk.exchange().assembly()
    folder = Path(desk.options.out)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _remember(desk, folder, [elector["pseudonym"] for elector in electors])
    for elector in electors:
        name = elector["pseudonym"]
        text = page(_notice(desk, assembly, elector, _one(made, name)))
        write_whole(folder / f"{name}.html", text.encode())
        write_whole(folder / f"{name}.code", made[name].encode() + b"\n")


def _notice(desk: Desk, assembly: dict[str, Any], elector: dict[str, Any], code: str) -> Notice:
    return Notice(
        title=assembly["title"],
        pseudonym=elector["pseudonym"],
        labels=elector["labels"],
        owners=elector["owners"],
        code=code,
        address=f"{_base(desk)}/vote/{assembly['id']}",
        opens_at=assembly.get("opens_at"),
        closes_at=assembly.get("closes_at"),
        drill=bool(assembly.get("drill")),
    )


def _base(desk: Desk) -> str:
    if desk.options.base:
        return str(desk.options.base).rstrip("/")
    exchange = desk.exchange()
    if isinstance(exchange, ServerExchange):
        return exchange.client.address
    raise WrongUse("on files, give the address that residents open: --base URL")


def _remember(desk: Desk, folder: Path, pseudonyms: Sequence[str]) -> None:
    """Note where codes were written, so that `erase` finds every copy."""
    written = set(desk.folder.read(NOTICES) or [])
    for name in pseudonyms:
        written |= {str((folder / f"{name}{end}").resolve()) for end in (".html", ".code")}
    desk.folder.write(NOTICES, sorted(written))


def reissue(desk: Desk) -> None:
    """Give one elector a new code before the opening; the old one stops working."""
    roll = desk.exchange().registrar_roll()
    name = desk.options.elector
    chosen = [elector for elector in roll["electors"] if elector["pseudonym"] == name]
    if not chosen:
        raise ToolError("no-such-elector", f"{name} is not on the roll")
    made = _codes(desk)
    before = dict(made)
    try:
        _hand_in(desk, roll, {**made, name: new_code()})
    except ToolError as error:
        if error.status is not None and error.status < 500:  # refused for certain: the old code stands
            desk.folder.write(CODES, before)
            desk.folder.erase(DRAFT)
        raise
    if desk.options.out:
        _write_notices(desk, chosen)
    desk.say(f"{name} has a new code; the old one no longer works", elector=name)


def code(desk: Desk) -> None:
    """Write one elector's code to a file of its own, mode 0600, for assisted voting at the desk."""
    target = Path(desk.options.to)
    _remember_file(desk, target)
    write_whole(target, _one(_codes(desk), desk.options.elector).encode() + b"\n")
    desk.say(f"the code of {desk.options.elector} is in {target}")


def _remember_file(desk: Desk, target: Path) -> None:
    desk.folder.write(NOTICES, sorted({*(desk.folder.read(NOTICES) or []), str(target.resolve())}))


def seal_code(desk: Desk) -> None:
    """Seal one elector's code to a device whose fingerprint was read from its own screen."""
    options = desk.options
    if not options.to and not options.send:
        raise WrongUse("say where the sealed box goes: --to FILE, --send, or both")
    if "".join(options.fingerprint.split()).lower() != fingerprint(options.sign_key, options.key).replace(
        " ", ""
    ):
        raise ToolError("fingerprint-differs", "these keys are not those of the device that was shown")
    name, assembly = options.elector, desk.exchange().assembly()["id"]
    box = seal(options.key, _one(_codes(desk), name).encode(), f"code|{assembly}|{name}".encode())
    if options.to:
        write_whole(Path(options.to), box.encode() + b"\n", mode=0o644)
    if options.send:
        _send_sealed(desk, assembly, box)
    desk.say(f"the code of {name} is sealed", elector=name)


def _send_sealed(desk: Desk, assembly: str, box: str) -> None:
    """Have the server carry a box to the device, with our word that it is ours."""
    options = desk.options
    delivery = {
        "pseudonym": options.elector,
        "sign_key": options.sign_key,
        "seal_key": options.key,
        "box": box,
    }
    signature = sign(desk.folder.signing_key(), SEALED_CODE, {**delivery, "assembly": assembly})
    desk.server().client.post(f"/assemblies/{assembly}/sealed-codes", {**delivery, "signature": signature})


def erase(desk: Desk) -> None:
    """After the close: overwrite and delete every code, and every notice file written here."""
    assembly = desk.exchange().assembly()
    now = desk.clock.now(drill=bool(assembly.get("drill")))
    if not assembly.get("closes_at") or now < parse_instant(assembly["closes_at"]):
        raise ToolError("still-open", "codes are erased after the close, not before")
    erased = sum(erase_file(Path(name)) for name in desk.folder.read(NOTICES) or [])
    erased += desk.folder.erase(CODES) + desk.folder.erase(DRAFT)
    desk.folder.write("erased.json", {"at": now.isoformat(), "files": erased})
    desk.say(f"{erased} files were overwritten and deleted", erased=erased)
    desk.say("on flash memory old blocks can survive: destroy or re-encrypt the medium as well")


def _codes(desk: Desk) -> Codes:
    _refuse_erased(desk)
    if desk.folder.read(DRAFT) is not None:
        raise ToolError("codes-not-handed-in", "the last upload was cut off: run `codes` again first")
    made: Codes | None = desk.folder.read(CODES)
    if made is None:
        raise ToolError("no-codes", "there are no codes yet: run `codes` first")
    return made


def _refuse_erased(desk: Desk) -> None:
    if desk.folder.read("erased.json") is not None:
        raise ToolError("codes-erased", "the codes of this assembly were erased")


def _one(made: Codes, name: str) -> str:
    if name not in made:
        raise ToolError("no-such-elector", f"{name} has no code")
    return made[name]


def parser() -> ToolParser:
    """Return the registrar's commands."""
    tool = ToolParser(
        "registrar", "Make voting codes, hand them to the electors, erase them after the close."
    )
    tool.add("codes", codes)
    for name, command in (("notices", notices), ("reissue", reissue)):
        added = tool.add(name, command)
        added.add_argument("--out", required=name == "notices", help="folder for the notices")
        added.add_argument("--base", help="address that residents open (default: the server's)")
        if name == "reissue":
            added.add_argument("--elector", required=True, help="pseudonym on the roll")
    single = tool.add("code", code)
    single.add_argument("--elector", required=True, help="pseudonym on the roll")
    single.add_argument("--to", required=True, help="file for the code")
    _add_seal(tool)
    tool.add("erase", erase)
    return tool


def _add_seal(tool: ToolParser) -> None:
    added = tool.add("seal", seal_code)
    added.add_argument("--elector", required=True, help="pseudonym on the roll")
    added.add_argument("--sign-key", required=True, help="the device's public signing key, hex")
    added.add_argument("--key", required=True, help="the device's public box key, hex")
    added.add_argument("--fingerprint", required=True, help="as read by hand from the owner's own screen")
    added.add_argument("--to", help="file for the sealed box")
    added.add_argument("--send", action="store_true", help="have the server carry it to the device")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the tool; returns its exit status."""
    return parser().run(arguments)

"""A counter's tool: locks the papers that come in, and after the close signs what they say.

Two counters enter the papers apart from each other; only two identical documents count.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from backend.sealing import signing
from backend.tools.choices import BLANK, split_candidates
from backend.tools.desk import Desk, ToolParser
from backend.tools.errors import ToolError, WrongUse
from backend.tools.folder import write_whole
from backend.tools.pins import Pinned, elections_of, pin
from backend.voting.errors import VerificationError
from backend.voting.record.agenda import Item
from backend.voting.record.canonical import canonical
from backend.voting.record.manifest import Manifest
from backend.voting.record.paper import (
    Choice,
    Paper,
    PaperEntry,
    PaperSignature,
    check_counters,
    check_paper,
)

KIND = "paper"
WORDS = frozenset({"for", "against", "abstain", "blank", "invalid"})
Rows = list[dict[str, str]]


def lock(desk: Desk) -> None:
    """While the vote is open: record that an elector returned a paper ballot."""
    options = desk.options
    who = {"pseudonym": options.elector} if options.elector else {"label": options.label}
    client = desk.server().client
    outcomes: list[dict[str, str]] = []
    for uuid in options.election or elections_of(desk.exchange()):
        try:
            answer = client.post(f"/elections/{uuid}/papers", who)
        except ToolError as error:
            desk.say(f"{uuid}: refused: {error}")
            outcomes.append({"election": uuid, "refused": error.code, "detail": error.detail})
        else:
            desk.say(f"{uuid}: paper of {answer['pseudonym']} recorded")
            outcomes.append({"election": uuid, "pseudonym": answer["pseudonym"]})
    desk.note(papers=outcomes)
    if all("refused" in outcome for outcome in outcomes):
        desk.fail()


def enter(desk: Desk) -> None:
    """After the close: enter the papers from a CSV file, sign them and hand them in."""
    rows = _read_rows(Path(desk.options.file))
    told = []
    for uuid in desk.options.election or elections_of(desk.exchange()):
        pinned, papers = pin(desk.folder, desk.exchange(), uuid), desk.exchange().papers(uuid)
        if not papers:
            continue
        paper = paper_of(pinned, papers, rows)
        answer = desk.exchange().send_paper(uuid, _signed(desk, pinned.manifest, paper))
        state = "complete" if answer["complete"] else "the other counter's entry is awaited"
        desk.say(f"{uuid}: {len(paper.entries)} papers entered; {state}")
        told.append({"election": uuid, "entries": len(paper.entries), "complete": answer["complete"]})
    desk.note(papers=told)


def _signed(desk: Desk, manifest: Manifest, paper: Paper) -> dict[str, Any]:
    key = desk.folder.signing_key()
    if key.public_hex not in {counter.key for counter in manifest.counters}:
        raise ToolError("not-a-counter", "the manifest does not name this folder's key as a counter's")
    document = paper.signed_document()
    desk.folder.write(f"papers/{manifest.uuid}.json", document)
    return {"document": document, "signature": signing.sign(key, KIND, document)}


def paper_of(pinned: Pinned, papers: Iterable[Mapping[str, Any]], rows: Rows) -> Paper:
    """Return the paper document of one election.

    Raises WrongUse for a row without a returned paper, a returned paper without a row, or a choice
    that is not on the agenda.
    """
    by_label: dict[str, str] = {
        label: paper["pseudonym"] for paper in papers for label in paper.get("labels") or ()
    }
    returned = {paper["pseudonym"] for paper in papers}
    entries: dict[str, PaperEntry] = {}
    for row in rows:
        pseudonym = row.get("pseudonym") or by_label.get(row.get("unit", ""), "")
        if pseudonym not in returned:
            _refuse_stranger(row, pinned.manifest.items)
            continue
        if pseudonym in entries:
            raise WrongUse(f"{pseudonym} stands in the file twice")
        entries[pseudonym] = PaperEntry(pseudonym, _choices(pinned.manifest.items, row))
    if missing := returned - set(entries):
        raise WrongUse(f"these papers came back but are not in the file: {', '.join(sorted(missing))}")
    ordered = tuple(entries[name] for name in sorted(entries))
    paper = Paper(pinned.manifest.uuid, pinned.manifest.drill, ordered)
    check_paper(paper, pinned.manifest, pinned.roll)
    return paper


def _refuse_stranger(row: Mapping[str, str], items: Iterable[Item]) -> None:
    """Refuse a row with choices of this election; a row of another election has none."""
    if any(row.get(item.id) for item in items):
        who = row.get("pseudonym") or row.get("unit")
        raise WrongUse(f"{who} has choices in the file, but no paper of theirs was recorded")


def _choices(items: Iterable[Item], row: Mapping[str, str]) -> dict[str, Choice]:
    return {item.id: _choice(item, row.get(item.id) or BLANK) for item in items}


def _choice(item: Item, text: str) -> Choice:
    if text in WORDS:
        return text
    names = split_candidates(text)
    if set(names) - set(item.answers()) or len(set(names)) != len(names):
        raise WrongUse(f"item {item.id}: {text!r} is not offered there")
    return tuple(answer for answer in item.answers() if answer in names)


def _read_rows(path: Path) -> Rows:
    """Read a CSV file, or a JSON list of objects, with one row a paper."""
    text = path.read_text("utf-8-sig")
    listed = json.loads(text) if path.suffix == ".json" else csv.DictReader(text.splitlines())
    rows = [{name: _cell(cell) for name, cell in row.items() if name} for row in listed]
    if rows and not {"unit", "pseudonym"} & set(rows[0]):
        raise WrongUse("every row needs a unit or a pseudonym, and beside it a choice per item id")
    return rows


def _cell(value: object) -> str:
    """Return a cell as text; JSON may list candidates."""
    return ";".join(map(str, value)) if isinstance(value, list) else str(value or "").strip()


def combine(desk: Desk) -> None:
    """On files: join two counters' identical signed documents into paper.json."""
    statements = [json.loads(Path(name).read_bytes()) for name in desk.options.files]
    first, second = (statement["document"] for statement in statements)
    if canonical(first) != canonical(second):
        raise ToolError("paper-entries-differ", "the two counters entered different papers")
    manifest = Manifest.parse(Path(desk.options.manifest_file).read_bytes())
    signatures = [_signature(manifest, statement) for statement in statements]
    unsigned = Paper.parse(canonical({**first, "signatures": []}))
    paper = replace(unsigned, signatures=tuple(sorted(signatures, key=lambda each: each.key)))
    check_counters(paper, manifest)
    write_whole(Path(desk.options.to), paper.to_bytes(), mode=0o644)
    desk.say(f"{len(paper.entries)} papers in {desk.options.to}", sha256=paper.sha256)


def _signature(manifest: Manifest, statement: Mapping[str, Any]) -> PaperSignature:
    """Find the counter whose key signed; raises VerificationError when it was none."""
    for counter in manifest.counters:
        try:
            signing.verify(counter.key, KIND, statement["document"], statement["signature"])
        except VerificationError:
            continue
        return PaperSignature(counter.key, statement["signature"])
    raise VerificationError("paper-signature", "no counter of the manifest signed this document")


def parser() -> ToolParser:
    """Return the counter's commands."""
    tool = ToolParser("counter", "Record paper ballots, and after the close enter and sign what they say.")
    locking = tool.add("lock", lock)
    who = locking.add_mutually_exclusive_group(required=True)
    who.add_argument("--label", help="unit of the elector, e.g. 3-1-502")
    who.add_argument("--elector", help="pseudonym on the roll")
    entering = tool.add("enter", enter)
    entering.add_argument(
        "--file", required=True, help="CSV or .json: unit or pseudonym, then one column per item id"
    )
    for added in (locking, entering):
        added.add_argument("--election", action="append", help="uuid; default: every election")
    joining = tool.add("combine", combine)
    joining.add_argument("files", nargs=2, help="the two counters' signed documents")
    joining.add_argument("--manifest-file", required=True)
    joining.add_argument("--to", required=True)
    return tool


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the tool; returns its exit status."""
    return parser().run(arguments)

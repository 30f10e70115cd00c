"""Whole election folders, honest or with one lie in them, held in memory and written where a test wants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from backend.voting.protocol.credentials import credential_list, new_code, new_uuid, public_credential
from backend.voting.protocol.election import Election
from backend.voting.protocol.encoding import hex_sha256
from backend.voting.record.agenda import Item
from backend.voting.record.examine import Evidence, Reading, examine
from backend.voting.record.manifest import Manifest
from backend.voting.record.paper import Choice, Paper
from backend.voting.record.report import Report
from backend.voting.record.rollfile import RollEntry, RollFile
from tests.voting.record.makers import a_committee, a_manifest, a_paper, a_vote
from tests.voting.simulator import Held, Pieces, Trusteeship, mandatory

AREAS = {"甲": 9000, "乙": 8000, "丙": 7000, "丁": 6000, "戊": 5000, "己": 4000}
ITEMS = (a_vote(), a_committee())

Sheets = Mapping[str, Mapping[str, Choice]]

BALLOTS: Sequence[tuple[str, Mapping[str, Choice]]] = (
    ("甲", {"fund": "for", "committee": ("c1", "c2", "c3", "c4", "c5")}),
    ("乙", {"fund": "for", "committee": ("c1", "c2", "c3", "c4", "c5")}),
    ("丙", {"fund": "against", "committee": "blank"}),
    ("丁", {"fund": "abstain", "committee": ("c1", "c6")}),
)
PAPER: Sheets = {"戊": {"fund": "for", "committee": ("c1", "c2", "c3", "c4", "c5")}}


@dataclass(frozen=True)
class Folder:
    """The five files of an election, by name, and what a test may want to change one of them with."""

    manifest: Manifest
    roll: RollFile
    paper: Paper
    held: Held
    heads: Pieces
    area: Pieces
    order: str | None = None
    changed: Mapping[str, bytes | None] = field(default_factory=dict)

    def files(self) -> dict[str, bytes]:
        """Return every file by its standard name."""
        files: dict[str, bytes | None] = {
            "heads.bel": self.heads.write(self.order),
            "area.bel": self.area.write(self.order),
            "manifest.json": self.manifest.to_bytes(),
            "roll.json": self.roll.to_bytes(),
            "paper.json": self.paper.to_bytes(),
        }
        return {name: body for name, body in (files | dict(self.changed)).items() if body is not None}

    def write(self, folder: Path) -> Path:
        """Write the files into a folder, which is made, and return it."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, body in self.files().items():
            (folder / name).write_bytes(body)
        return folder

    def with_files(self, **changed: bytes | None) -> Folder:
        """Return the same folder with files replaced, or left out (None); `_` stands for the dot."""
        return replace(self, changed={name.replace("_", "."): body for name, body in changed.items()})


def choices(items: Sequence[Item], chosen: Mapping[str, Choice]) -> list[list[int]]:
    """Return what a ballot encrypts for choices named as in paper.json."""
    return [_bits(item, chosen[item.id]) for item in items]


def _bits(item: Item, choice: Choice) -> list[int]:
    named = (choice,) if isinstance(choice, str) else choice
    answers = ("blank", *item.answers()) if item.seats is not None else item.answers()
    return [int(answer in named) for answer in answers]


def hold(
    *,
    areas: Mapping[str, int] = AREAS,
    items: Sequence[Item] = ITEMS,
    ballots: Sequence[tuple[str, Mapping[str, Choice]]] = BALLOTS,
    paper: Sheets = PAPER,
    trusteeship: Trusteeship | None = None,
    lie: Mapping[str, Any] | None = None,
    pinned_roll: Mapping[str, int] | None = None,
    **pins: Any,
) -> Folder:
    """Hold an election by its manifest. `pins` are fields of the manifest.

    `lie` makes one part differ from what the manifest pins: `heads` or `area` (weights by pseudonym),
    `questions`, `description`. `pinned_roll` gives other areas, or other electors, to roll.json alone.
    """
    lie = lie or {}
    trusteeship = trusteeship or mandatory()
    uuid = new_uuid()
    codes = {pseudonym: new_code() for pseudonym in areas}
    keys = {name: public_credential(code, uuid) for name, code in codes.items()}
    on_roll = areas if pinned_roll is None else pinned_roll
    roll = RollFile(uuid, tuple(RollEntry(name, keys[name], on_roll[name]) for name in sorted(on_roll)))
    heads, area = lie.get("heads", dict.fromkeys(areas, 1)), lie.get("area", areas)
    # Lists that do not follow from the roll are pinned as they are; else the roll decides.
    pinned = (roll.heads_list(), roll.area_list())
    if pinned_roll is not None:
        pinned = tuple(
            credential_list({keys[name]: weights[name] for name in weights}) for weights in (heads, area)
        )
    manifest = a_manifest(
        **{
            "roll": roll,
            "items": tuple(items),
            "heads_sha256": hex_sha256(pinned[0]),
            "area_sha256": hex_sha256(pinned[1]),
            "trustees": tuple(f"保管人{owner}" for owner in trusteeship.secrets),
        }
        | pins
    )
    election = Election.create(
        uuid=uuid,
        name=manifest.election_name(),
        description=lie.get("description", manifest.sha256),
        public_key=trusteeship.trustees.public_key,
        questions=lie.get("questions", manifest.questions()),
    )
    held = Held(election, trusteeship, codes)
    held = replace(held, ballots=[held.cast(name, choices(items, chosen)) for name, chosen in ballots])
    return Folder(
        manifest=manifest,
        roll=roll,
        paper=a_paper(
            choices=dict(paper), uuid=uuid, signatures=a_paper(choices={}).signatures if paper else ()
        ),
        held=held,
        heads=held.pieces(heads),
        area=held.pieces(area),
    )


@cache
def the_folder() -> Folder:
    """One honest election for all tests that only copy it."""
    return hold()


FEW = {"甲": 9000, "乙": 8000, "丙": 7000}
ONLY_FUND = (a_vote(),)
THREE_FOR = [(name, {"fund": "for"}) for name in FEW]


def a_small(**given: Any) -> Folder:
    """Hold a quick election: three electors, one vote, no paper."""
    return hold(**{"areas": FEW, "items": ONLY_FUND, "ballots": THREE_FOR, "paper": {}} | given)


def verdict_of(folder: Folder, tmp_path: Path, *, final: bool = False) -> Report:
    """Write the folder and examine it with all that is in it."""
    written = folder.write(tmp_path / "election")
    documents = {name: written / f"{name}.json" for name in ("manifest", "roll", "paper")}
    given = {name: path.read_bytes() for name, path in documents.items() if path.exists()}
    return examine(Evidence(written / "heads.bel", written / "area.bel", **given), Reading(final=final))

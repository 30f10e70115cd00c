"""The checks that bind the two archives of an election to its manifest, roll and paper ballots.

Each raises VerificationError naming the rule that is broken; `catalogue` says what each proves.
All take archives that `verify_archive` accepted and documents that were parsed strictly.
"""

from __future__ import annotations

from collections import Counter
from typing import Final

from backend.voting.errors import VerificationError
from backend.voting.law.rulepack import RulePack, load_pack
from backend.voting.law.seats import check_slate
from backend.voting.protocol.election import Election
from backend.voting.protocol.trustees import Trustees
from backend.voting.protocol.verifier import VerifiedArchive
from backend.voting.record.manifest import Manifest
from backend.voting.record.outcome import slate_of
from backend.voting.record.paper import Paper
from backend.voting.record.rollfile import RollFile

SHOWN: Final = 12
"""How many digits of a credential are enough to find it in a list."""


def check_manifest(manifest: Manifest, election: Election) -> None:
    """Refuse an election that does not carry this manifest's uuid and hash."""
    if election.uuid != manifest.uuid:
        message = f"the archives hold election {election.uuid}, the manifest is of {manifest.uuid}"
        raise VerificationError("manifest-uuid", message)
    if election.description != manifest.sha256:
        message = f"election.json names manifest {election.description[:64]}, this one is {manifest.sha256}"
        raise VerificationError("manifest-hash", message)


def check_questions(manifest: Manifest, election: Election) -> None:
    """Refuse questions that are not exactly the items, in order."""
    expected = manifest.questions()
    if len(election.questions) != len(expected):
        message = f"{len(election.questions)} questions stand for {len(expected)} items"
        raise VerificationError("question-count", message)
    for item, question in zip(manifest.items, election.questions, strict=True):
        if question != item.ballot_question():
            message = f"question {item.question} is {question}, item {item.id} needs {item.ballot_question()}"
            raise VerificationError("question-shape", message)


def check_credential_lists(manifest: Manifest, heads: VerifiedArchive, area: VerifiedArchive) -> None:
    """Refuse a credential list other than the pinned one: other weights would extract votes."""
    pins = ((heads, manifest.heads_sha256, "heads"), (area, manifest.area_sha256, "area"))
    for archive, pinned, name in pins:
        if archive.credentials_hash != pinned:
            message = f"the {name} list has hash {archive.credentials_hash}, the manifest pins {pinned}"
            raise VerificationError(f"{name}-list-hash", message)


def check_trustees(manifest: Manifest, trustees: Trustees) -> None:
    """Refuse a key held by another number of trustees, or needing another number, than the manifest says.

    Also refuses a ceremony in which trustees could have been shown different certificates.
    """
    size, needed = len(manifest.trustees), manifest.threshold
    expected = ((1, 1),) * size if needed is None else ((needed, size),)
    if trustees.thresholds != expected:
        message = f"the key is held {_held(trustees.thresholds)}, the manifest says {_held(expected)}"
        raise VerificationError("trustees", message)
    trustees.check_bound()


def check_rule_pack(manifest: Manifest) -> RulePack:
    """Return the pinned rule pack, validated.

    Refuses a pack that is not the one in this repository, and a slate that the pack forbids; what the
    law refuses raises LawError.
    """
    pack = load_pack(manifest.rule_pack.id)
    pin = manifest.rule_pack
    if (pack.version, pack.sha256) != (pin.version, pin.sha256):
        message = (
            f"the manifest pins {pin.id} {pin.version} ({pin.sha256}),"
            f" this repository has {pack.version} ({pack.sha256})"
        )
        raise VerificationError("rule-pack", message)
    for item in manifest.items:
        slate = slate_of(item)
        if slate is not None:
            check_slate(slate, pack)
    return pack


def check_revotes(manifest: Manifest, heads: VerifiedArchive) -> None:
    """Refuse a credential with more ballots than one and the changes allowed."""
    for credential, ballots in Counter(heads.ballot_credentials).items():
        if ballots > 1 + manifest.max_changes:
            message = (
                f"{_shown(credential)} cast {ballots} ballots, {manifest.max_changes} changes are allowed"
            )
            raise VerificationError("max-changes", message)


def check_roll(manifest: Manifest, roll: RollFile, heads: VerifiedArchive, area: VerifiedArchive) -> None:
    """Refuse a roll that is not the pinned one, or lists that do not follow from it."""
    check_roll_pin(manifest, roll)
    for entry in roll.electors:
        if heads.credentials.get(entry.credential) != 1:
            raise VerificationError("roll-heads", f"{entry.pseudonym} is not one head in the heads list")
        if area.credentials.get(entry.credential) != entry.area:
            raise VerificationError("roll-area", f"{entry.pseudonym} has another area in the area list")
    if len(heads.credentials) != roll.heads or len(area.credentials) != roll.heads:
        raise VerificationError("roll-strangers", "a list names credentials that are not on the roll")


def check_roll_pin(manifest: Manifest, roll: RollFile) -> None:
    """Refuse a roll other than the one the manifest pins."""
    if roll.uuid != manifest.uuid or roll.sha256 != manifest.roll_sha256:
        message = f"roll.json has hash {roll.sha256}, the manifest pins {manifest.roll_sha256}"
        raise VerificationError("roll-hash", message)


def check_one_channel(paper: Paper, roll: RollFile, heads: VerifiedArchive) -> None:
    """Refuse a paper ballot of an elector who also has a ballot on the board (the lock of law.md 8.4)."""
    on_board = set(heads.ballot_credentials)
    for entry in paper.entries:
        if roll.by_pseudonym[entry.pseudonym].credential in on_board:
            message = f"{entry.pseudonym} has a paper ballot and one on the board"
            raise VerificationError("paper-and-board", message)


def _held(thresholds: tuple[tuple[int, int], ...]) -> str:
    return " and ".join(f"by {needed} of {size}" for needed, size in thresholds)


def _shown(credential: int) -> str:
    return f"credential {str(credential)[:SHOWN]}..."

"""The numbered list of checks that `scripts/verify` runs: what each proves, and what it cannot prove.

Numbers are stable: minutes and court files may cite them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from backend.voting.errors import VerificationError


class Subject(StrEnum):
    """What must be at hand for a check to run, in words for a check that was not run."""

    ARCHIVE = "it needs an archive"
    PAIR = "it needs both archives"
    MANIFEST = "it needs both archives and their manifest.json"
    ROLL = "it needs manifest.json and roll.json"
    PAPER = "it needs manifest.json, roll.json and paper.json"
    OUTCOME = "it needs both archives, with results, and their manifest.json"
    ASSEMBLY = "it needs the folders of all elections beside result.json"


@dataclass(frozen=True, slots=True)
class Check:
    """One check. `name` is short and stable; `proves` and `cannot` are for people."""

    number: int
    name: str
    subject: Subject
    proves: str
    cannot: str


CHECKS: Final = (
    Check(
        1,
        "records",
        Subject.ARCHIVE,
        "the file has the published form byte for byte; every record is named by its own hash; none is cut",
        "that this is the file that was shown to voters: compare the heads named above with receipts and with"
        " the heads that auditors co-signed",
    ),
    Check(
        2,
        "events",
        Subject.ARCHIVE,
        "the events form one unbroken chain in the lawful order, each with exactly its data; no ballot was"
        " put there twice",
        "that no ballot was left out: every voter can look for the tracker on the receipt",
    ),
    Check(
        3,
        "setup",
        Subject.ARCHIVE,
        "the election key is made of the trustees' keys and nothing else, each trustee proved to hold a part,"
        " and every credential on the list is sound and stands there once",
        "who the trustees are, and who stands behind a credential",
    ),
    Check(
        4,
        "ballots",
        Subject.ARCHIVE,
        "every ballot is in the one canonical form, for this election, signed by a credential of the list,"
        " and proven to hold a lawful choice",
        "that a voter's phone encrypted what the voter wanted, or that the owner held the credential alone",
    ),
    Check(
        5,
        "tally",
        Subject.ARCHIVE,
        "the encrypted tally is the weighted sum of the last ballot of every credential, recomputed here",
        "that the weights are right: that is what manifest and roll are compared for",
    ),
    Check(
        6,
        "decryption",
        Subject.ARCHIVE,
        "every decryption share is by another trustee and proven to be made with that trustee's key",
        "that trustees did not also decrypt single ballots: enough of them acting jointly can, unseen",
    ),
    Check(
        7,
        "result",
        Subject.ARCHIVE,
        "enough trustees took part, and the result is the one and only decryption of the tally",
        "what was on paper: that is added below, outside the archive",
    ),
    Check(
        8,
        "end",
        Subject.ARCHIVE,
        "the archive is as complete as was asked for",
        "that nothing lawful was to follow, when no result was demanded (--final)",
    ),
    Check(
        9,
        "pair",
        Subject.PAIR,
        "both archives hold the same election, the same trustees and the same ballots in the same order; both"
        " lists name the same credentials, each with weight 1 among heads and with some area",
        "that each credential went to a real and separate owner; that no third weighting was decrypted"
        " elsewhere: trustees' software refuses it",
    ),
    Check(
        10,
        "manifest",
        Subject.MANIFEST,
        "the election carries the hash of this manifest and its uuid, so every ballot signed the agenda, the"
        " rules, the weights, the keys and the times written there",
        "that the manifest was made in a lawful procedure; that the clock was right at opening and close",
    ),
    Check(
        11,
        "questions",
        Subject.MANIFEST,
        "the questions on the ballot are exactly the items of the manifest, in order, with their answers and"
        " limits",
        "that a voter's phone showed these texts",
    ),
    Check(
        12,
        "credential-lists",
        Subject.MANIFEST,
        "the credential lists of both archives are the ones that were fixed before the opening",
        "that nobody but the owner knows a credential: the registrar knew them until they were erased",
    ),
    Check(
        13,
        "trustees",
        Subject.MANIFEST,
        "the key is held by as many trustees as the manifest names, and needs as many of them",
        "that these persons held the shares, and on separate devices: see the minutes of the key ceremony",
    ),
    Check(
        14,
        "rule-pack",
        Subject.MANIFEST,
        "the election is decided by the rule pack of this repository with the pinned hash, and that pack asks"
        " for no less than Civil Code art. 278",
        "that the community adopted the local options of the pack",
    ),
    Check(
        15,
        "revotes",
        Subject.MANIFEST,
        "nobody changed a ballot more often than the manifest allows",
        "that a change was the voter's own wish",
    ),
    Check(
        16,
        "roll",
        Subject.ROLL,
        "the roll is the one fixed before the opening, and both lists give every elector on it one head and"
        " the area written there, and nobody else",
        "that areas and owners agree with the land register; who stands behind a pseudonym",
    ),
    Check(
        17,
        "paper",
        Subject.PAPER,
        "the paper ballots are of this election, by electors on the roll, with answers to every item, and"
        " none of these electors has a ballot on the board",
        "that they say what the sheets of paper say: auditors compare a sample",
    ),
    Check(
        18,
        "paper-signers",
        Subject.PAPER,
        "two different counters named in the manifest are given as signers of the paper ballots",
        "that the signatures are genuine: Ed25519 is not in Python's standard library; scripts/auditor"
        " verifies them",
    ),
    Check(
        19,
        "outcome",
        Subject.OUTCOME,
        "the legal outcome of every item follows from the results, the paper ballots and the rule pack by the"
        " double majority of Civil Code art. 278",
        "that the notice, the agenda and the delivery were lawful, or how a court would judge them",
    ),
)

ASSEMBLY: Final = Check(
    len(CHECKS) + 1,
    "assembly-result",
    Subject.ASSEMBLY,
    "result.json says of every item what was recomputed above, and names the last event of every archive",
    "that the server signed it and auditors agreed: scripts/auditor verifies signatures; that no election of"
    " the assembly was left out",
)
"""The one check of a whole assembly; the checks above run on each of its elections."""

BY_NAME: Final = {check.name: check for check in CHECKS}

_BY_PLACE: Final = {
    "Setup": "setup",
    "Ballot": "ballots",
    "EncryptedTally": "tally",
    "PartialDecryption": "decryption",
    "Result": "result",
}


def archive_check(refusal: VerificationError) -> str:
    """Return the name of the check to which a refusal by the archive verifier belongs."""
    if refusal.rule == "result-missing":
        return "end"
    if refusal.rule.startswith("archive-"):
        return "records"
    if refusal.rule.startswith(("event-", "data-", "board-")) or refusal.rule == "ballot-replay":
        return "events"
    # An event of the board is called "height 12 Ballot", a record that holds none "record 3 ...".
    return _BY_PLACE.get((refusal.event or "").rpartition(" ")[2], "events")

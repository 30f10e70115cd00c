"""The numbered list of checks that `scripts/verify` runs: what each proves, and what it cannot prove.

Numbers are stable: minutes and court files may cite them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Subject(StrEnum):
    """What must be at hand for a check to run."""

    ARCHIVE = "archive"
    PAIR = "pair"
    MANIFEST = "manifest"
    ROLL = "roll"
    PAPER = "paper"
    OUTCOME = "outcome"


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
        "archive",
        Subject.ARCHIVE,
        "every record is whole and named by its hash; the events form one unbroken chain in the lawful order;"
        " the election key is made of the trustees' keys and nothing else; every ballot is for this election,"
        " signed by a credential of the list, well formed, not a replay, and proven to hold a lawful choice;"
        " the encrypted tally is the weighted sum of the last ballots of the credentials",
        "that this is the record that was shown to voters: compare the heads below with receipts and with the"
        " heads that auditors co-signed; who stands behind a credential; that a voter's phone encrypted what"
        " the voter wanted",
    ),
    Check(
        2,
        "result",
        Subject.ARCHIVE,
        "every decryption share is proven correct, enough trustees took part, and the result is the one and"
        " only decryption of the tally",
        "that trustees did not also decrypt single ballots together: enough of them acting jointly can, and"
        " leave no trace",
    ),
    Check(
        3,
        "pair",
        Subject.PAIR,
        "both archives hold the same election, the same trustees and the same ballots in the same order, and"
        " differ only in the weights",
        "that no third weighting was decrypted elsewhere: trustees' software refuses it",
    ),
    Check(
        4,
        "one-head-each",
        Subject.PAIR,
        "both lists name the same credentials, every one has weight 1 among heads and some area",
        "that each credential went to a real and separate owner: see the roll and who signed for the notices",
    ),
    Check(
        5,
        "manifest",
        Subject.MANIFEST,
        "the election carries the hash of this manifest and its uuid, so every ballot signed the agenda, the"
        " rules, the weights, the keys and the times written there",
        "that the manifest was made in a lawful procedure; that the clock was right at opening and close",
    ),
    Check(
        6,
        "questions",
        Subject.MANIFEST,
        "the questions on the ballot are exactly the items of the manifest, in order, with their answers and"
        " limits",
        "that a voter's phone showed these texts",
    ),
    Check(
        7,
        "credential-lists",
        Subject.MANIFEST,
        "the credential lists of both archives are the ones that were fixed before the opening",
        "that nobody but the owner knows a credential: the registrar knew them until they were erased",
    ),
    Check(
        8,
        "trustees",
        Subject.MANIFEST,
        "the key is held by as many trustees as the manifest names, and needs as many of them",
        "that these persons held the shares, and on separate devices: see the minutes of the key ceremony",
    ),
    Check(
        9,
        "rule-pack",
        Subject.MANIFEST,
        "the election is decided by the rule pack of this repository with the pinned hash, and that pack asks"
        " for no less than Civil Code art. 278",
        "that the community adopted the local options of the pack",
    ),
    Check(
        10,
        "revotes",
        Subject.MANIFEST,
        "nobody changed a ballot more often than the manifest allows",
        "that a change was the voter's own wish",
    ),
    Check(
        11,
        "roll",
        Subject.ROLL,
        "the roll is the one fixed before the opening, and both lists give every elector on it one head and"
        " the area written there, and nobody else",
        "that areas and owners agree with the land register; who stands behind a pseudonym",
    ),
    Check(
        12,
        "paper",
        Subject.PAPER,
        "the paper ballots are of this election, by electors on the roll, with answers to every item, and"
        " none of these electors has a ballot on the board",
        "that they say what the sheets of paper say: auditors compare a sample",
    ),
    Check(
        13,
        "paper-signers",
        Subject.PAPER,
        "two different counters named in the manifest are given as signers of the paper ballots",
        "that the signatures are genuine: Ed25519 is not in Python's standard library; scripts/auditor"
        " verifies them",
    ),
    Check(
        14,
        "outcome",
        Subject.OUTCOME,
        "the legal outcome of every item follows from the results, the paper ballots and the rule pack by the"
        " double majority of Civil Code art. 278",
        "that the notice, the agenda and the delivery were lawful, or how a court would judge them",
    ),
)

BY_NAME: Final = {check.name: check for check in CHECKS}

"""Write the test vectors of the voting core: python -m tests.voting.vectors [FILE].

One file, tests/vectors/voting.json, is read by pytest and by the vitest of the mini-program, so that both
cores make the same bytes and refuse the same things for the same reason. Run this after a change of the
protocol.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from backend.voting.protocol.encoding import hex_sha256
from tests.voting.protocol.test_attacks import small_pieces
from tests.voting.simulator import Pieces, hold, the_areas, the_heads, threshold
from tests.voting.vectors import attacks, making
from tests.voting.vectors.chance import fixed
from tests.voting.vectors.texts import Json, Texts

FILE = Path(__file__).resolve().parents[2] / "vectors" / "voting.json"


def vectors() -> Json:
    """Make all vectors; in a fresh process the same every time."""
    texts = Texts()
    with fixed("elections"):
        bases = {
            "heads": the_heads(),
            "areas": the_areas(),
            "small": small_pieces(),
            "threshold": hold(trusteeship=threshold(3, (1, 3))).heads,
        }
        found = {
            "archives": [_archive(texts, name, pieces) for name, pieces in bases.items()],
            "attacks": list(attacks.archive_attacks(texts)),
            "trustee_attacks": list(attacks.trustee_attacks(texts)),
            "file_attacks": list(attacks.file_attacks()),
            "pairs": list(attacks.pairs(texts)),
        }
    made = {
        "codes": list(making.codes()),
        "typed_codes": list(making.typed_codes()),
        "elections": {
            name: {"raw": texts.add(election.raw), "fingerprint": election.fingerprint}
            for name, election in making.elections().items()
        },
        "ballots": list(making.ballots(texts)),
        "unlawful": [{"election": name, "choices": choices} for name, choices in making.UNLAWFUL],
        "single_keys": list(making.single_keys()),
        "ceremony": making.ceremony(texts),
        "decryptions": list(making.decryptions(texts)),
        "sealed": making.sealed(),
        "signed": making.statements(),
    }
    return {**made, **found, "texts": texts.table}


def _archive(texts: Texts, name: str, pieces: Pieces) -> Json:
    raw = pieces.write()
    proved = attacks.verified(raw, final=True)
    return {
        "name": name,
        "pieces": texts.keep(pieces),
        "order": pieces.order,
        "timestamp": pieces.timestamp,
        "sha256": hex_sha256(raw),
        "stage": proved.stage.value,
        "ballots": [[found, str(credential)] for found, credential in proved.ballots],
        "num_tallied": proved.num_tallied,
        "total_weight": str(proved.total_weight),
        "decrypted_by": list(proved.decrypted_by),
        "result": [[str(each) for each in row] for row in proved.result or ()],
        "head_hash": proved.head_hash,
        "head_height": proved.head_height,
        "closing_hash": proved.closing_hash,
        "trustees_hash": proved.trustees_hash,
        "credentials_hash": proved.credentials_hash,
    }


def main() -> int:
    """Write the file, or another one that is named."""
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else FILE
    target.write_text(json.dumps(vectors(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

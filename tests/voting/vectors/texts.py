"""Records in the file of vectors: each text once, and a changed one as its differences."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from itertools import accumulate
from typing import Any

from backend.voting.protocol.encoding import hex_sha256
from tests.voting.simulator import Pieces

Json = dict[str, Any]
Refer = Callable[[bytes, Sequence[bytes]], Json]
TOKEN = re.compile(r"[0-9A-Za-z+/]+|.", re.DOTALL)
DOCUMENTS = ("election", "trustees", "credentials", "tally", "sized", "result")


class Texts:
    """A table of texts by the first digits of their SHA-256, and references into it.

    A reference is {"text": NAME}, or {"like": NAME, "edits": [[FROM, TO, TEXT], ...]} for that text with some
    stretches replaced, or {"raw": TEXT}, or {"hex": BYTES}.
    """

    def __init__(self) -> None:
        self.table: dict[str, str] = {}

    def add(self, raw: bytes) -> Json:
        """Keep a text, and refer to it."""
        name = hex_sha256(raw)[:12]
        self.table[name] = raw.decode()
        return {"text": name}

    def refer(self, raw: bytes, like: Sequence[bytes] = ()) -> Json:
        """Refer to a text that is kept, or tell how it differs from one that is."""
        if hex_sha256(raw)[:12] in self.table:
            return {"text": hex_sha256(raw)[:12]}
        try:
            text = raw.decode()
        except UnicodeDecodeError:
            return {"hex": raw.hex()}
        edited = [{**self.like(base), "edits": _edits(base.decode(), text)} for base in like]
        return min([{"raw": text}, *edited], key=lambda each: len(json.dumps(each)))

    def like(self, base: bytes) -> Json:
        """Refer to a text from which another is told."""
        return {"like": self.add(base)["text"]}

    def keep(self, pieces: Pieces) -> Json:
        """Keep every record of an archive, and refer to them."""
        return self._written(pieces, lambda raw, _: self.add(raw), pieces, ())

    def pieces(self, pieces: Pieces, base: Pieces, like: Sequence[bytes] = ()) -> Json:
        """Refer to every record of an archive, if need be by differences from those of another."""
        return self._written(pieces, self.refer, base, like)

    def _written(self, pieces: Pieces, refer: Refer, base: Pieces, like: Sequence[bytes]) -> Json:
        written: Json = {name: refer(getattr(pieces, name), [getattr(base, name)]) for name in DOCUMENTS}
        written["ballots"] = [refer(ballot, [*like, *base.ballots]) for ballot in pieces.ballots]
        shares = [raw for _, raw in base.decryptions]
        written["decryptions"] = [[owner, refer(raw, shares)] for owner, raw in pieces.decryptions]
        return written


def _edits(base: str, text: str) -> list[list[Any]]:
    """Tell in the fewest words how one text becomes the other: replace from, to, by."""
    old, new = TOKEN.findall(base), TOKEN.findall(text)
    starts = [0, *accumulate(map(len, old))]
    matched = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return [
        [starts[first], starts[last], "".join(new[at:to])]
        for kind, first, last, at, to in matched
        if kind != "equal"
    ]

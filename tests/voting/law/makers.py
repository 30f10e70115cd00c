"""Valid values for the tests of the law; a test states only what matters to it."""

from backend.voting.law.majority import Count
from backend.voting.law.roll import Unit, UnitKind, UnitStatus
from backend.voting.law.rulepack import PACKS, RulePack, parse_pack
from backend.voting.law.seats import Candidate, ElectionVotes, Slate


def pack_text(*, base="cn-shandong", changes=()):
    text = PACKS.joinpath(f"{base}.toml").read_text(encoding="utf-8")
    for before, after in changes:
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    return text.encode()


def a_pack(*changes: tuple[str, str]) -> RulePack:
    return parse_pack(pack_text(changes=changes))


def a_unit(
    *, name="3-1-101", building="3", stair="1", kind="HOME", area=9000, status="DELIVERED", owners=("p",)
):
    return Unit(name, building, stair, UnitKind(kind), area, UnitStatus(status), tuple(owners))


def square_metres(metres: int, heads: int) -> Count:
    return Count(metres * 100, heads)


def a_slate(names="ABCDEFG", *, seats=5, party=()):
    return Slate(tuple(Candidate(name, f"候选人{name}", name in party) for name in names), seats)


def election_votes(support, *, marked, blank=(0, 0), invalid=(0, 0)):
    """Counts are (m2, heads), support per candidate too."""
    return ElectionVotes(
        {name: square_metres(*count) for name, count in support.items()},
        square_metres(*marked),
        square_metres(*blank),
        square_metres(*invalid),
    )

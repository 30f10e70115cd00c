from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.voting.law.majority import Count, MatterClass, Outcome, Votes, decide
from backend.voting.law.roll import (
    DuplicateUnit,
    OwnerNameRefused,
    RollBlocked,
    Scope,
    ScopeUnreadable,
    build_roll,
)
from tests.voting.law.makers import a_pack, a_unit

ALL = Scope.parse("all")


def heads_of(units, scope=ALL, pack=None):
    return {e.key: e.area for e in build_roll(units, scope, pack or a_pack()).electors}


def test_unsold_and_undelivered_units_are_one_head_whoever_bought_them():
    units = [
        a_unit(name="a", status="UNSOLD", owners=(), area=12000),
        a_unit(name="b", status="SOLD_UNDELIVERED", owners=("buyer",), area=9000),
        a_unit(name="c", owners=("buyer",), area=8000),
    ]
    roll = build_roll(units, ALL, a_pack())
    assert [(e.key, e.unit_ids, e.area) for e in roll.electors] == [
        ("DEV", ("a", "b"), 21000),
        ("buyer", ("c",), 8000),
    ]
    assert roll.total == Count(29000, 2)


@pytest.mark.parametrize("order", sorted(set(permutations(["w", "h", "w"]))))
def test_the_order_and_repetition_of_co_owners_do_not_matter(order):
    assert heads_of([a_unit(name="a", owners=order), a_unit(name="b", owners=("h", "w"))]) == {"h+w": 18000}


def test_parking_counts_only_where_the_pack_counts_it():
    units = [a_unit(name="a"), a_unit(name="k", kind="PARKING", area=1320)]
    assert heads_of(units) == {"p": 9000}
    assert heads_of(units, pack=a_pack(('"OTHER"', '"OTHER", "PARKING"'))) == {"p": 10320}


def test_a_missing_area_outside_what_counts_blocks_nothing():
    units = [
        a_unit(name="a"),
        a_unit(name="k", kind="PARKING", area=None),
        a_unit(name="b", building="4", area=None),
    ]
    assert heads_of(units, Scope.parse("building:3")) == {"p": 9000}


@pytest.mark.parametrize("area", [None, 0, -1])
def test_a_unit_without_an_area_blocks_the_roll_and_is_named(area):
    with pytest.raises(RollBlocked, match=r"unit b .*register.*survey.*contract.*enter"):
        build_roll([a_unit(name="a"), a_unit(name="b", area=area)], ALL, a_pack())


def test_a_delivered_unit_without_an_owner_blocks_the_roll():
    with pytest.raises(RollBlocked, match=r"unit b is delivered but has no owner; enter"):
        build_roll([a_unit(name="b", owners=())], ALL, a_pack())


def test_a_scope_that_holds_nobody_is_refused():
    with pytest.raises(RollBlocked, match=r"scope stair:9-1 holds no unit"):
        build_roll([a_unit()], Scope.parse("stair:9-1"), a_pack())


def test_a_duplicate_unit_is_refused_even_outside_the_scope():
    with pytest.raises(DuplicateUnit, match=r"unit x stands twice.*remove"):
        build_roll(
            [a_unit(name="a"), *[a_unit(name="x", building="9")] * 2], Scope.parse("building:3"), a_pack()
        )


@pytest.mark.parametrize("owner", ["", "DEV", "h+w"])
def test_an_owner_id_that_could_pass_for_another_elector_is_refused(owner):
    with pytest.raises(OwnerNameRefused, match="reserved"):
        build_roll([a_unit(owners=(owner,))], ALL, a_pack())


@pytest.mark.parametrize("text", ["all", "building:3", "building:A-1", "stair:3-1", "stair:A-1-2"])
def test_a_scope_reads_back_as_it_was_written(text):
    assert str(Scope.parse(text)) == text


@pytest.mark.parametrize(
    "text", ["", "ALL", "building:", "stair:3", "stair:-1", "stair:3-", "floor:3", "stair"]
)
def test_an_unknown_scope_is_refused_with_the_three_forms(text):
    with pytest.raises(ScopeUnreadable, match="stair:3-1"):
        Scope.parse(text)


def test_s11_a_lift_in_one_stair_is_decided_by_its_twelve_heads():
    stair = [a_unit(name=f"2-1-{n}", building="2", stair="1", owners=(f"o{n}",)) for n in range(12)]
    others = [a_unit(name="2-2-1", building="2", stair="2"), a_unit(name="3-1-1", building="3", stair="1")]
    roll = build_roll([*others, *stair], Scope.parse("stair:2-1"), a_pack())
    assert roll.total == Count(108000, 12)
    assert "p" not in [elector.key for elector in roll.electors]

    def outcome(in_favour):
        votes = Votes(
            for_=Count(in_favour * 9000, in_favour), against=Count((8 - in_favour) * 9000, 8 - in_favour)
        )
        return decide(roll.total, votes, MatterClass.SPECIAL, a_pack()).outcome

    assert outcome(6) is Outcome.PASSED
    assert outcome(5) is Outcome.REJECTED


UNITS = st.lists(
    st.builds(
        a_unit,
        name=st.uuids().map(str),
        building=st.sampled_from(["1", "2"]),
        kind=st.sampled_from(["HOME", "SHOP", "PARKING"]),
        area=st.integers(1, 20000),
        status=st.sampled_from(["DELIVERED", "UNSOLD", "SOLD_UNDELIVERED"]),
        owners=st.lists(st.sampled_from(["a", "b", "c", "d"]), min_size=1, max_size=3),
    ),
    min_size=1,
    unique_by=lambda unit: unit.id,
)


@given(UNITS, st.randoms(use_true_random=False))
def test_the_roll_depends_neither_on_the_order_of_units_nor_of_owners(units, random):
    shuffled = [
        a_unit(
            name=u.id, building=u.building, kind=u.kind, area=u.area, status=u.status,
            owners=random.sample(u.owners, len(u.owners)),
        )
        for u in random.sample(units, len(units))
    ]  # fmt: skip
    units.append(a_unit(name="home"))
    shuffled.insert(0, a_unit(name="home"))
    roll = build_roll(units, ALL, a_pack())
    assert build_roll(shuffled, ALL, a_pack()) == roll


@given(UNITS)
def test_every_counted_unit_stands_with_exactly_one_elector(units):
    units.append(a_unit(name="home"))
    roll = build_roll(units, ALL, a_pack())
    counted = [unit for unit in units if unit.kind != "PARKING"]
    assert sorted(u for e in roll.electors for u in e.unit_ids) == sorted(unit.id for unit in counted)
    assert roll.total == Count(sum(unit.area for unit in counted), len({e.key for e in roll.electors}))

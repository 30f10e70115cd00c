import hashlib
import re

import pytest

from backend.voting.law.packtable import PackMalformed
from backend.voting.law.rulepack import (
    NonReturn,
    PackBelowLaw,
    Threshold,
    UnitKind,
    UnknownPack,
    load_pack,
    parse_pack,
)
from tests.voting.law.makers import a_pack, pack_text

QUORUM = "[quorum]\nshare = [2, 3]\ninclusive = true"
ORDINARY = "[approval.ordinary]\nshare = [1, 2]\ninclusive = false"
SPECIAL = "[approval.special]\nshare = [3, 4]\ninclusive = true"


@pytest.mark.parametrize("pack_id", ["cn-civil-code", "cn-shandong"])
def test_a_shipped_pack_names_itself_and_its_sources_and_equals_the_statute(pack_id):
    pack = load_pack(pack_id)
    assert pack.id == pack_id
    assert "民法典" in pack.source_article
    assert pack.effective_from.year >= 2021
    assert pack.stricter_than_law() == ()


def test_the_hash_of_a_pack_is_over_the_bytes_of_its_file():
    raw = pack_text()
    assert parse_pack(raw).sha256 == hashlib.sha256(raw).hexdigest()
    assert parse_pack(raw + b"\n").sha256 != parse_pack(raw).sha256


@pytest.mark.parametrize("pack_id", ["cn-nowhere", "../packs/cn-shandong", "", "CN-SHANDONG"])
def test_an_unknown_pack_is_refused_with_the_names_that_exist(pack_id):
    with pytest.raises(UnknownPack, match=r"cn-civil-code, cn-shandong"):
        load_pack(pack_id)


@pytest.mark.parametrize(
    ("before", "after", "key"),
    [
        (QUORUM, "[quorum]\nshare = [1, 2]\ninclusive = true", "quorum.share"),
        (QUORUM, "[quorum]\nshare = [66667, 100001]\ninclusive = true", "quorum.share"),
        (ORDINARY, "[approval.ordinary]\nshare = [1, 2]\ninclusive = true", "approval.ordinary.share"),
        (ORDINARY, "[approval.ordinary]\nshare = [49, 100]\ninclusive = false", "approval.ordinary.share"),
        (SPECIAL, "[approval.special]\nshare = [2, 3]\ninclusive = true", "approval.special.share"),
    ],
)
def test_s17_a_pack_below_article_278_is_refused_with_key_law_and_remedy(before, after, key):
    with pytest.raises(PackBelowLaw, match=rf"{re.escape(key)}.*art\. 278.*raise it to") as refusal:
        a_pack((before, after))
    assert refusal.value.code == "pack-below-law"


@pytest.mark.parametrize(
    ("before", "after", "article"),
    [
        ("notice_days = 16", "notice_days = 14", "art. 14"),
        ("filing_days = 30", "filing_days = 31", "art. 16"),
        ('nonreturn = "NOT_PARTICIPATING"', 'nonreturn = "FOLLOW_MAJORITY"', "art. 278"),
    ],
)
def test_a_pack_that_shortens_what_the_law_gives_owners_is_refused(before, after, article):
    with pytest.raises(PackBelowLaw, match=article):
        a_pack((before, after))


def test_follow_majority_is_allowed_with_the_adopted_clause_word_for_word():
    pack = a_pack(
        ('nonreturn = "NOT_PARTICIPATING"', 'nonreturn = "FOLLOW_MAJORITY"'),
        ('nonreturn_clause = ""', 'nonreturn_clause = "未参与表决的，计入多数票"'),
    )
    assert pack.votes.nonreturn is NonReturn.FOLLOW_MAJORITY


def test_a_stricter_pack_is_allowed_and_warned_about():
    pack = a_pack(
        (QUORUM, "[quorum]\nshare = [2, 3]\ninclusive = false"),
        (SPECIAL, "[approval.special]\nshare = [1, 1]\ninclusive = true"),
    )
    assert pack.stricter_than_law() == ("quorum", "approval.special")


def test_parking_counts_where_the_rules_of_procedure_say_so():
    pack = a_pack(('"OFFICE", "OTHER"', '"OFFICE", "OTHER", "PARKING"'))
    assert UnitKind.PARKING in pack.count_kinds
    assert UnitKind.PARKING not in load_pack("cn-shandong").count_kinds


def test_a_number_of_alternates_may_stand_instead_of_the_word():
    assert a_pack(('alternates_max = "SEATS"', "alternates_max = 2")).election.alternates_max == 2
    assert a_pack().election.alternates_max is None


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("notice_days = 16", "notice_days = 16\nnotise_days = 16", "unknown key deadlines.notise_days"),
        ('version = "1.0.0"', 'version = "1.0.0"\nsurprise = 1', "unknown key surprise"),
        ("notice_days = 16", "", "deadlines.notice_days is missing"),
        ("notice_days = 16", "notice_days = true", "deadlines.notice_days must be a whole number"),
        ("notice_days = 16", 'notice_days = "16"', "deadlines.notice_days must be a whole number"),
        ("notice_days = 16", "notice_days = 367", "whole number from 0 to 366"),
        ("voting_days_min = 5", "voting_days_min = 61", "deadlines.voting_days_min is above"),
        ("committee_min = 5", "committee_min = 6", "election.committee_min must be odd"),
        ('tiebreak = ["AREA", "LOT"]', 'tiebreak = ["AREA"]', "must end with LOT"),
        ('tiebreak = ["AREA", "LOT"]', 'tiebreak = ["AREA", "AREA", "LOT"]', "without repetitions"),
        ('tiebreak = ["AREA", "LOT"]', "tiebreak = []", "not empty"),
        ('tiebreak = ["AREA", "LOT"]', 'tiebreak = "LOT"', "a list"),
        ('tiebreak = ["AREA", "LOT"]', 'tiebreak = ["AREA", ["LOT"]]', "one of AREA, HEADS, LOT"),
        ('alternates_max = "SEATS"', 'alternates_max = "ALL"', "one of SEATS"),
        ('rank = "SUM_SHARES"', 'rank = "BEST"', "election.rank must be one of"),
        ("invalid_participates = false", "invalid_participates = 0", "must be true or false"),
        ('id = "cn-shandong"', 'id = ""', "id must be a text that is not empty"),
        ('reviewed_by = ""', "reviewed_by = 3", "reviewed_by must be a text;"),
        ("effective_from = 2021-12-03", 'effective_from = "2021-12-03"', "without quotes"),
        ("effective_from = 2021-12-03", "effective_from = 2021-12-03T00:00:00", "without quotes"),
        (QUORUM, "quorum = 3", "quorum must be a table"),
        (QUORUM, '[quorum]\nshare = "2/3"\ninclusive = true', "two whole numbers"),
        (QUORUM, "[quorum]\nshare = [2, 3, 4]\ninclusive = true", "two whole numbers"),
        (QUORUM, "[quorum]\nshare = [0.7, 1]\ninclusive = true", "two whole numbers"),
        (QUORUM, "[quorum]\nshare = [4, 3]\ninclusive = true", "not above 1"),
        (QUORUM, "[quorum]\nshare = [0, 3]\ninclusive = true", "above 0"),
        (QUORUM, "[quorum]\nshare = [1, 1]\ninclusive = false", "nothing exceeds the whole"),
        ("[quorum]", "[quorum", "not TOML"),
    ],
)
def test_a_pack_that_cannot_mean_what_it_says_is_refused_by_name(before, after, message):
    if after == "quorum = 3":
        raw = ("quorum = 3\n" + pack_text(changes=[(before, "")]).decode()).encode()
    else:
        raw = pack_text(changes=[(before, after)])
    with pytest.raises(PackMalformed, match=re.escape(message)) as refusal:
        parse_pack(raw)
    assert refusal.value.code == "pack-malformed"


def test_a_pack_that_is_not_utf8_is_refused():
    with pytest.raises(PackMalformed, match="UTF-8"):
        parse_pack(pack_text().decode().encode("gb18030"))


def test_more_than_a_half_is_above_at_least_a_half():
    more, least = Threshold(1, 2, inclusive=False), Threshold(2, 4, inclusive=True)
    assert least.is_below(more)
    assert not more.is_below(least)
    assert str(more) == "more than 1/2"

"""The key ceremony between machines that a possibly hostile server joins (attack 4)."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.voting.errors import VerificationError
from backend.voting.protocol.encoding import compact
from backend.voting.protocol.group import BELENIOS_2048 as GROUP
from backend.voting.protocol.key_ceremony import (
    CeremonyDealt,
    CeremonyStart,
    TrusteeShare,
    _derived,
    assemble,
    read_dealings,
    receive_certificate,
    receive_dealing,
    receive_key,
)
from backend.voting.protocol.transcript import BadShareError, Seat, SignedMessage, TrusteeKey
from tests.voting.protocol.trustee_makers import (
    Ceremony,
    begin,
    deal,
    hold_ceremony,
    over_the_wire,
    shares_for,
)


@pytest.fixture(scope="module")
def ceremony() -> Ceremony:
    return hold_ceremony(3, 2)


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(VerificationError) as refusal:
        act()
    return refusal.value.rule


def test_the_rounds_run_on_machines_that_keep_their_state_as_json() -> None:
    starts = [over_the_wire(start.to_json()) for start in begin(3, 2)]
    certificates = over_the_wire([start["certificate"] for start in starts])
    dealt = [over_the_wire(CeremonyStart.from_json(start).deal(certificates).to_json()) for start in starts]
    dealings = over_the_wire([each["dealing"] for each in dealt])
    kept = [CeremonyDealt.from_json(each) for each in dealt]
    shares = [
        over_the_wire(each.conclude(dealings, shares_for(kept, index)).to_json())
        for index, each in enumerate(kept, 1)
    ]
    trustees = assemble(certificates, dealings, [share["key"] for share in shares])
    for each, share in zip(kept, shares, strict=True):
        each.check_outcome(trustees)
        read = TrusteeShare.from_json(share)
        assert trustees.verification_key(read.index) == GROUP.power_g(read.secret)


def test_public_messages_hold_no_secret(ceremony: Ceremony) -> None:
    public = json.dumps([ceremony.certificates, ceremony.dealings, ceremony.keys])
    for start, share in zip(ceremony.starts, ceremony.shares, strict=True):
        for secret in (start.seed, *start.polynomial, share.secret, _derived("sk", start.seed)):
            assert str(secret) not in public


@settings(max_examples=5, deadline=None)
@given(st.data())
def test_every_share_of_an_honest_trustee_fits_what_it_signed(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 4))
    threshold = data.draw(st.integers(1, size))
    for sender, each in enumerate(deal(begin(size, threshold)), 1):
        for recipient in range(1, size + 1):
            each.dealing.check_share(GROUP, sender, recipient, each.share_for(recipient))


@pytest.mark.parametrize(
    ("size", "threshold", "index"), [(3, 0, 1), (3, 4, 1), (3, 2, 0), (3, 2, 4), (0, 0, 0)]
)
def test_a_place_that_cannot_be_is_refused(size: int, threshold: int, index: int) -> None:
    assert refused(lambda: Seat(size, threshold, index)) == "threshold"


@pytest.mark.parametrize("forge", [lambda share: share + 1, lambda _: 0, lambda share: share - GROUP.q])
def test_a_bad_share_names_its_sender(ceremony: Ceremony, forge: Callable[[int], int]) -> None:
    shares = shares_for(ceremony.dealt, 1)
    shares[3] = forge(shares[3])
    with pytest.raises(BadShareError, match="trustee 3") as complaint:
        ceremony.dealt[0].conclude(ceremony.dealings, shares)
    assert complaint.value.sender == 3


def test_a_share_that_never_came_names_its_sender(ceremony: Ceremony) -> None:
    shares = shares_for(ceremony.dealt, 1)
    del shares[2]
    with pytest.raises(BadShareError) as complaint:
        ceremony.dealt[0].conclude(ceremony.dealings, shares)
    assert (complaint.value.rule, complaint.value.sender) == ("share-missing", 2)


def test_anyone_can_settle_a_complaint_about_a_share(ceremony: Ceremony) -> None:
    accused = read_dealings(ceremony.dealt[0].certificates, ceremony.dealings)[2]
    honest = ceremony.dealt[2].share_for(1)
    accused.check_share(GROUP, 3, 1, honest)
    assert refused(lambda: accused.check_share(GROUP, 3, 1, honest + 1)) == "share"
    assert refused(lambda: accused.check_share(GROUP, 3, 2, honest)) == "share"


def test_no_trustee_answers_a_list_in_which_its_certificate_was_replaced() -> None:
    ours, others = begin(3, 2), begin(3, 2)
    certificates = [start.certificate.signed.to_json() for start in (others[0], ours[1], ours[2])]
    assert refused(lambda: ours[0].deal(certificates)) == "certificate-own"


def test_no_trustee_answers_an_incomplete_list() -> None:
    starts = begin(3, 2)
    certificates = [start.certificate.signed.to_json() for start in starts[:2]]
    assert refused(lambda: starts[0].deal(certificates)) == "certificate-context"
    assert refused(lambda: starts[0].deal([])) == "threshold"


def test_trustees_who_were_shown_different_certificates_find_out() -> None:
    starts, (_, _, impostor) = begin(3, 2), begin(3, 2)
    true_list = [start.certificate.signed.to_json() for start in starts]
    false_list = [*true_list[:2], impostor.certificate.signed.to_json()]
    deceived, honest = starts[0].deal(false_list), starts[1].deal(true_list)
    dealings = [
        deceived.dealing.to_json(),
        honest.dealing.to_json(),
        starts[2].deal(true_list).dealing.to_json(),
    ]
    assert refused(lambda: honest.conclude(dealings, {})) == "certificates-signature"


def test_nobody_can_choose_a_polynomial_after_seeing_the_others() -> None:
    starts = begin(3, 2)
    certificates = [start.certificate.signed.to_json() for start in starts]
    dealt = deal(starts)
    late = replace(starts[2], polynomial=(12345, 67890)).deal(certificates)
    dealings = [each.dealing.to_json() for each in (*dealt[:2], late)]
    assert refused(lambda: dealt[0].conclude(dealings, {})) == "coefexps-commitment"


def test_a_channel_key_swapped_on_the_way_breaks_the_certificate(ceremony: Ceremony) -> None:
    certificates = over_the_wire(ceremony.certificates)
    certificates[1]["message"] = certificates[1]["message"].replace(f"{2:064x}", "f" * 64)
    assert refused(lambda: ceremony.starts[0].deal(certificates)) == "certificate-signature"


def certificate_without(start: CeremonyStart, *names: str) -> Any:
    content = json.loads(start.certificate.signed.message)
    kept = {name: value for name, value in content.items() if name not in names}
    return SignedMessage.sign(GROUP, _derived("sk", start.seed), compact(kept).decode()).to_json()


@pytest.mark.parametrize("names", [("coefexps_sha256",), ("channel_key",)])
def test_certificates_that_fix_less_than_ours_are_not_answered(names: tuple[str, ...]) -> None:
    starts = begin(2, 2)
    certificates = [starts[0].certificate.signed.to_json(), certificate_without(starts[1], *names)]
    assert refused(lambda: starts[0].deal(certificates)) == "ceremony-bound"


def test_the_server_takes_a_certificate_only_for_its_place(ceremony: Ceremony) -> None:
    certificate = ceremony.certificates[0]
    assert receive_certificate(certificate, Seat(3, 2, 1)) == ceremony.starts[0].certificate
    for seat in (Seat(3, 2, 2), Seat(3, 3, 1), Seat(4, 2, 1)):
        assert refused(lambda seat=seat: receive_certificate(certificate, seat)) == "certificate-context"
    old = certificate_without(ceremony.starts[0], "context", "coefexps_sha256", "channel_key")
    assert refused(lambda: receive_certificate(old, Seat(3, 2, 1))) == "ceremony-bound"


def test_the_server_takes_a_dealing_only_from_its_trustee(ceremony: Ceremony) -> None:
    certificates = ceremony.dealt[0].certificates
    assert receive_dealing(certificates, 2, ceremony.dealings[1]) == ceremony.dealt[1].dealing
    assert refused(lambda: receive_dealing(certificates, 1, ceremony.dealings[1])) == "coefexps-signature"
    assert refused(lambda: receive_dealing(certificates, 4, ceremony.dealings[1])) == "threshold"


def test_the_server_takes_a_key_only_if_it_follows_from_the_dealings(ceremony: Ceremony) -> None:
    certificates = ceremony.dealt[0].certificates
    dealings = [each.dealing for each in ceremony.dealt]
    assert receive_key(certificates, dealings, 1, ceremony.keys[0]) == ceremony.shares[0].key
    assert refused(lambda: receive_key(certificates, dealings, 1, ceremony.keys[1])) == "verification-key"
    unsigned = TrusteeKey.make(GROUP, ceremony.secrets[1]).to_json(GROUP)
    assert refused(lambda: receive_key(certificates, dealings, 1, unsigned)) == "verification-key-signature"


def test_a_dealing_that_was_replaced_or_lost_stops_the_third_round(ceremony: Ceremony) -> None:
    first = ceremony.dealt[0]
    again = first.start.deal(ceremony.certificates).dealing.to_json()
    assert refused(lambda: first.conclude([again, *ceremony.dealings[1:]], {})) == "dealing-own"
    assert refused(lambda: first.conclude(ceremony.dealings[:2], {})) == "dealing-missing"


def test_a_trustee_refuses_the_outcome_of_another_ceremony(ceremony: Ceremony) -> None:
    other = hold_ceremony(3, 2)
    ceremony.dealt[0].check_outcome(ceremony.trustees)
    assert refused(lambda: ceremony.dealt[0].check_outcome(other.trustees)) == "ceremony-outcome"


def test_a_damaged_folder_is_noticed(ceremony: Ceremony) -> None:
    share = over_the_wire(ceremony.shares[0].to_json())
    share["secret"] = str(int(share["secret"]) ^ 1)
    assert refused(lambda: TrusteeShare.from_json(share)) == "share"
    start = over_the_wire(ceremony.starts[0].to_json())
    del start["seed"]
    assert refused(lambda: CeremonyStart.from_json(start)) == "fields"

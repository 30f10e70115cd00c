"""Identity documents: one spelling, and advice that never blocks."""

import pytest

from backend.registry.rules.documents import (
    CREDIT_LETTERS,
    CREDIT_WEIGHTS,
    DocumentKind,
    advice_on,
    is_credit_code,
    is_resident_number,
    kind_of,
    one_spelling,
)
from tests.registry.makers import a_document

# The worked example printed in the appendix of GB 11643-1999.
STANDARD_EXAMPLE = "11010519491231002X"


def a_credit_code(body: str = "91999999MA0000000") -> str:
    total = sum(
        CREDIT_LETTERS.index(letter) * weight for letter, weight in zip(body, CREDIT_WEIGHTS, strict=True)
    )
    return body + CREDIT_LETTERS[(31 - total % 31) % 31]


def test_the_example_of_the_standard_is_right():
    assert is_resident_number(STANDARD_EXAMPLE)
    assert advice_on(STANDARD_EXAMPLE) is None


@pytest.mark.parametrize("place", range(18))
def test_one_wrong_digit_is_always_noticed(place):
    number = a_document()
    wrong = number[:place] + str((int(number[place].replace("X", "9")) + 1) % 10) + number[place + 1 :]
    assert not is_resident_number(wrong)
    assert advice_on(wrong) == "document-checksum"


def test_a_birth_date_that_never_was_is_noticed():
    assert not is_resident_number("99999919801301001X")
    assert not is_resident_number("999999198002300010")


def test_a_company_is_told_by_its_credit_code():
    code = a_credit_code()
    assert is_credit_code(code)
    assert kind_of(code) is DocumentKind.CREDIT_CODE
    assert advice_on(code) is None
    wrong = ("8" if code[0] == "9" else "9") + code[1:]
    assert advice_on(wrong) == "document-checksum"


@pytest.mark.parametrize(
    ("document", "kind"),
    [
        ("H12345678", DocumentKind.HK_MACAO_PERMIT),
        ("M1234567801", DocumentKind.HK_MACAO_PERMIT),
        ("12345678", DocumentKind.TAIWAN_PERMIT),
        ("E12345678", DocumentKind.PASSPORT),
        ("EA1234567", DocumentKind.PASSPORT),
        ("123456789", DocumentKind.ORGANISATION_CODE),
        ("USA123456789012", DocumentKind.FOREIGN_RESIDENT),
        ("军字第1234567号", DocumentKind.MILITARY),
    ],
)
def test_other_documents_are_known_and_pass_without_advice(document, kind):
    assert kind_of(one_spelling(document)) is kind
    assert advice_on(one_spelling(document)) is None


def test_an_old_number_draws_advice_since_its_holder_may_be_counted_twice():
    assert advice_on("999999800101001") == "document-old"


def test_what_is_no_known_document_only_warns():
    assert advice_on("待补") == "document-unrecognised"


@pytest.mark.parametrize(
    "written",
    ["11010519491231002x", "１１０１０５19491231002Ｘ", " 110105 19491231 002X ", "110105-19491231-002X"],
)
def test_spellings_of_one_number_are_one_document(written):
    assert one_spelling(written) == STANDARD_EXAMPLE

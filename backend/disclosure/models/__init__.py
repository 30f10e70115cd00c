"""Tables of disclosure. What stands in the books and what was published is only ever inserted."""

from __future__ import annotations

from backend.disclosure.models.books import Book, BookCheck, BookEntry, BookPosting
from backend.disclosure.models.common import CommonSource, EntryReview, IncomeSplit
from backend.disclosure.models.fund import FirstDeposit, FundProject, FundStep
from backend.disclosure.models.publishing import (
    DisclosureRules,
    Enquiry,
    EnquiryAnswer,
    EntryPaper,
    Paper,
    Publication,
    StepPaper,
)

__all__ = [
    "Book",
    "BookCheck",
    "BookEntry",
    "BookPosting",
    "CommonSource",
    "DisclosureRules",
    "Enquiry",
    "EnquiryAnswer",
    "EntryPaper",
    "EntryReview",
    "FirstDeposit",
    "FundProject",
    "FundStep",
    "IncomeSplit",
    "Paper",
    "Publication",
    "StepPaper",
]

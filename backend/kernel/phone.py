"""Mobile numbers of the mainland, in the one form in which they are compared."""

from __future__ import annotations

import re

from backend.kernel.refusal import BadInput

MOBILE = re.compile(r"1[3-9][0-9]{9}")
_DECORATION = re.compile(r"[\s\-]")


class PhoneUnreadable(BadInput):
    """Not a mobile number to which a code could be sent."""

    code = "phone-unreadable"
    title = "手机号无法识别"


def parse_phone(text: str) -> str:
    """Return the eleven digits of a mobile number; spaces, hyphens and a leading +86 are dropped.

    Raises:
        PhoneUnreadable: what remains is not eleven digits that start with 13 to 19.
    """
    digits = _DECORATION.sub("", text).removeprefix("+86")
    if not MOBILE.fullmatch(digits):
        raise PhoneUnreadable("手机号应为 11 位数字，以 13 至 19 开头")
    return digits

"""How a notice is answered: WeChat Pay repeats it for a day until it hears 200 or 204."""

from __future__ import annotations

from backend.kernel.refusal import Refusal

TAKEN: tuple[int, None] = (204, None)
"""The notice was taken, now or before; it is not sent again."""


def failed(refusal: Refusal) -> tuple[int, dict[str, str]]:
    """Return status and JSON body of an answer that makes WeChat Pay send the notice again."""
    return refusal.status, {"code": "FAIL", "message": refusal.title}

"""A house with a mini-program: its client calls the stand-in of WeChat."""

from __future__ import annotations

import itertools
from dataclasses import replace

from flask.testing import FlaskClient

from backend.infra.house import House
from backend.infra.moderation import WeChatCheck, WeChatImageCheck
from backend.infra.wechat import WeChat
from backend.infra.wechat_line import REST_SECONDS, WeChatLine
from tests.houses import SetClock, a_house
from tests.standins.wechat import APPID, SECRET, WeChatStandIn

TEMPLATE = "T-ticket"
BALLOT_TEMPLATE = "T-ballot"
TEMPLATES = f"ticket={TEMPLATE},ballot-cast={BALLOT_TEMPLATE}"
Headers = dict[str, str]


def with_wechat(
    house: House,
    service: WeChatStandIn,
    clock: SetClock,
    templates: str = TEMPLATES,
    **environment: str,
) -> House:
    """The same house, set up with the stand-in's mini-program and two templates; its client never rests."""
    service.templates.update({TEMPLATE: {"thing1", "time2"}, BALLOT_TEMPLATE: {"thing1", "time2"}})
    made = a_house(
        house.settings.data_dir,
        clock,
        DATABASE_URL=house.settings.database_url,
        WECHAT_APPID=APPID,
        WECHAT_SECRET=SECRET,
        WECHAT_BASE_URL=service.url,
        WECHAT_TEMPLATES=templates,
        **environment,
    )
    assert made.settings.wechat is not None
    line = WeChatLine(service.url, seconds=2, ticks=itertools.count(0, 2 * REST_SECONDS).__next__)
    wechat = WeChat(made.settings.wechat, house.settings.data_dir / "keys" / "wechat-token.json", clock, line)
    events = replace(made.wechat_events, clock=clock) if made.wechat_events else None
    image_check = WeChatImageCheck(wechat) if events else None
    checks = {"text_check": WeChatCheck(wechat), "image_check": image_check}
    return replace(made, wechat=wechat, wechat_events=events, **checks)


def sign_in_by_wechat(client: FlaskClient, service: WeChatStandIn, openid: str, phone: str) -> Headers:
    """Sign in from the mini-program and return the header that says so."""
    codes = {"code": service.a_code(openid), "phone_code": service.a_phone_code(phone)}
    answer = client.post("/api/v1/sign-in/wechat", json=codes)
    assert answer.status_code == 201, answer.text
    return {"Authorization": f"Bearer {answer.get_json()['token']}"}

"""The demo's tickets: what residents of a community report in two months, and what comes of it.

Each story is told by its days and minutes before now; the services are handed a clock that stands there.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import sqlalchemy as sa
from PIL import Image, ImageDraw
from sqlalchemy.orm import Session

from backend.complaints.rules.values import Channel, Kind, PlaceKind
from backend.complaints.service import acts, intake, joining, merging, recipients, sweep
from backend.complaints.service.acts import Act
from backend.complaints.service.intake import Place, Report
from backend.complaints.service.telling import TOLD
from backend.demo.people import OFFICIALS, STAFF, acting, owner_phone
from backend.identity import Role
from backend.infra.coordinates import Point
from backend.infra.house import House
from backend.infra.images import make_picture
from backend.infra.outbox import OutboxRow
from backend.infra.photos import keep_photo

HERE = Point.from_degrees(37.4500, 116.3600)
DISPATCHER, WORKER, STREET, DEPARTMENT = "dispatcher", "worker", "street", "department"
OFFICER, FIRST_OWNER = "officer", 1
_ROLES = {
    DISPATCHER: Role.FIRM_DISPATCHER,
    WORKER: Role.FIRM_WORKER,
    STREET: Role.STREET_OFFICER,
    DEPARTMENT: Role.DEPARTMENT_OFFICER,
    OFFICER: Role.COMMUNITY_OFFICER,
}


@dataclass(frozen=True, slots=True)
class Then:
    """What somebody does, so many hours after the report. `by` is a role's word, or an owner's number."""

    hours: float
    by: str | int
    kind: Kind
    text: str = ""
    proof: bool = False
    facts: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Story:
    """A report and what comes of it. `joined` are owners who whistle too, an hour apart."""

    days_ago: float
    owner: int
    category: str
    place: Place
    text: str
    then: Sequence[Then] = ()
    joined: Sequence[int] = ()
    photo: str = ""
    public: bool = True
    merged: bool = False
    """Merged into the story before it."""


def building(number: int, spot: str = "") -> Place:
    """Return a place at a building, a little apart from the others on the map."""
    point = Point(HERE.lat_e7 + number * 4000, HERE.long_e7 - number * 3000)
    return Place(PlaceKind.BUILDING, str(number), spot=spot, point=point)


def spot(name: str, north: int = 0, east: int = 0) -> Place:
    """Return a public spot; `north` and `east` in metres from the gate, about."""
    return Place(PlaceKind.SPOT, spot=name, point=Point(HERE.lat_e7 + north * 90, HERE.long_e7 + east * 113))


def home(building_: str, stair: str, room: str) -> Place:
    """Return a home."""
    return Place(PlaceKind.UNIT, building_, stair, room)


def done(hours: float, by: str, text: str, *, proof: bool = False) -> Then:
    """Return a resolution."""
    return Then(hours, by, Kind.RESOLVED, text, proof)


def said(hours: float, owner: int, satisfaction: int, *, solved: bool = True) -> Then:
    """Return the resident's word."""
    return Then(hours, owner, Kind.CONFIRMED, facts=(("satisfaction", satisfaction), ("solved", solved)))


def taken(hours: float, text: str = "已收到，马上安排。") -> Then:
    """Return the dispatcher's acknowledgement."""
    return Then(hours, DISPATCHER, Kind.ACKNOWLEDGED, text)


def rejected(hours: float, text: str, reason: str) -> Then:
    """Return a rejection."""
    return Then(hours, DISPATCHER, Kind.REJECTED, text, facts=(("reason", reason),))


STORIES = (
    Story(
        58, 1, "lift-stopped", building(3), "3号楼东侧电梯停在四楼不动，老人上下不便。",
        (taken(0.2), done(9, DISPATCHER, "更换门锁触点，试运行正常。", proof=True), said(20, 1, 5)), (8, 9),
    ),
    Story(
        52, 5, "road-light", spot("东门路灯", 40, 80), "东门进来第二盏路灯连续三晚不亮。",
        (taken(1), done(26, DISPATCHER, "已更换灯头。", proof=True), said(40, 5, 4)), photo="暗",
    ),
    Story(
        47, 12, "rubbish", building(2, "单元门口"), "装修垃圾堆在单元门口一周了。",
        (
            taken(1.5),
            done(30, DISPATCHER, "已通知清运。", proof=True),
            Then(50, 12, Kind.REOPENED, "还有一半没有运走。"),
            Then(52, OFFICER, Kind.ACKNOWLEDGED, "社区已约谈物业。"),
            done(60, DISPATCHER, "已全部清走，并张贴装修垃圾投放提示。", proof=True),
            said(70, 12, 4),
        ),
    ),
    Story(
        41, 3, "noise", home("1", "2", "302"), "楼上夜里十一点后仍在装修。",
        (
            taken(0.5),
            Then(3, DISPATCHER, Kind.REPLIED, "已与住户沟通，约定晚八点后停工。"),
            done(28, DISPATCHER, "住户已承诺遵守时间，巡查三晚未再施工。"),
        ), public=False,
    ),
    Story(
        36, 20, "illegal-building", building(1, "楼顶"), "楼顶有人搭建彩钢房，怕漏水也怕不安全。",
        (
            Then(20, DEPARTMENT, Kind.ACKNOWLEDGED, "执法队已立案。"),
            Then(30, DEPARTMENT, Kind.ARRIVED, "现场勘验，下达责令限期拆除通知。"),
            Then(200, DEPARTMENT, Kind.RESOLVED, "当事人已自行拆除，现场恢复。"),
            said(230, 20, 5),
        ), (21, 22, 23),
    ),
    Story(
        33, 7, "drain-blocked", building(2, "一楼公共下水"), "一楼返水，味道很大。",
        (taken(0.4), done(12, DISPATCHER, "疏通主管道并消毒。", proof=True), said(15, 7, 5)), (11,),
    ),
    Story(
        29, 15, "charges", Place(PlaceKind.COMMUNITY), "公共收益第二季度明细在哪里可以看到？",
        (taken(1), done(5, DISPATCHER, "已在公告栏张贴，并将在本系统公布。"), said(9, 15, 3, solved=False)),
    ),
    Story(
        25, 2, "parking-disorder", spot("南门出入口", -120, 10), "外来车辆晚上堵住南门。",
        (taken(6), done(48, DISPATCHER, "增设隔离桩，安排夜间巡逻。")),
    ),
    Story(
        21, 30, "stairwell", building(3, "2单元"), "楼道三天没人打扫。",
        (taken(2), done(20, DISPATCHER, "已补扫并更换保洁人员。"), said(30, 30, 2, solved=False)),
    ),
    Story(
        18, 9, "other", Place(PlaceKind.COMMUNITY), "我和邻居的借款纠纷请物业解决。",
        (rejected(3, "属于民事纠纷，请通过调解或诉讼解决。", "court"),), public=False,
    ),
    Story(
        15, 6, "lift-trapped", building(1), "1单元电梯里有人被困，在三楼和四楼之间！",
        (taken(0.1), Then(0.4, DISPATCHER, Kind.ARRIVED, "维保人员到场。"),
         done(0.8, DISPATCHER, "人员已安全救出，电梯停用检修。"), said(3, 6, 5)), (4,),
    ),
    Story(
        11, 17, "charging-pile", spot("西侧停车场", 20, -150), "希望西侧停车场增设电动自行车充电桩。",
        (
            taken(5),
            Then(26, OFFICER, Kind.PLANNED, "已与供电公司对接，分两批安装。", facts=(("days", 20),)),
        ), (18, 19, 24, 25, 26),
    ),
    Story(
        8, 4, "burst-pipe", building(2, "地下室"), "地下室水管接口一直滴水，地面积水。",
        (taken(0.3), Then(5, DISPATCHER, Kind.WAITED, "需更换的阀门已订货。", facts=(("wait", "parts"),))),
    ),
    Story(6, 10, "door-camera", building(1, "单元门"), "单元门禁刷卡没有反应。", (), (13,)),
    Story(
        5, 14, "ebike-indoors", building(3, "楼道"), "有人把电动车推进楼道充电，很危险。",
        (taken(1.2), Then(4, WORKER, Kind.ASSIGNED), Then(6, WORKER, Kind.STARTED, "已张贴提示并上门劝离。")),
    ),
    Story(
        3, 16, "trees", spot("中心花园", 60, 0), "中心花园的大树枝快断了，下面常有孩子玩。",
        (taken(0.8), Then(2, DISPATCHER, Kind.ASSIGNED)), photo="树",
    ),
    Story(2, 27, "no-heat", home("2", "1", "201"), "家里暖气不热，只有十五度。", (taken(0.4),), public=False),
    Story(1.2, 28, "rubbish", building(1, "垃圾桶"), "垃圾桶满了没有清。", (taken(1),), photo="桶"),
    Story(1.0, 29, "rubbish", building(1, "垃圾桶旁"), "一号楼的垃圾堆到路上了。", (), merged=True),
    Story(0.1, 1, "road-surface", spot("北门内", 150, 20), "北门内井盖松动，车过很响。", (), photo="井"),
)  # fmt: skip


def enter_tickets(session: Session, house: House, community_id: str) -> None:
    """Enter every story, in the order of its days."""
    desk = _Desk(session, house, community_id)
    for story in STORIES:
        desk.tell(story)
    desk.settle()


@dataclass(slots=True)
class _Desk:
    """Where stories become tickets."""

    session: Session
    house: House
    community_id: str
    last: str = ""

    def tell(self, story: Story) -> None:
        """Play one story up to now."""
        began = self.house.clock() - timedelta(days=story.days_ago)
        ticket = self._report(story, began)
        joins = [Then(hours, owner, Kind.JOINED) for hours, owner in enumerate(story.joined, 1)]
        for one in sorted((*story.then, *joins), key=lambda one: one.hours):
            self._do(ticket, began, one)
        if story.public:
            shown = Then(0.2, OFFICER, Kind.REVIEWED, facts=(("publication", "shown"),))
            self._do(ticket, self.house.clock() - timedelta(hours=1), shown)
        if story.merged:
            by, at = self._who(DISPATCHER), self._at(began + timedelta(hours=2))
            merging.merge(self.session, at, by, ticket, self.last)
        else:
            self.last = ticket
        sweep.bring_up_to_date(self.session, self.house, ticket)

    def settle(self) -> None:
        """Tell everybody as of then."""
        query = sa.select(OutboxRow).where(OutboxRow.kind == TOLD).order_by(OutboxRow.id)
        for row in self.session.scalars(query).all():
            told = _payload(row)
            recipients.tell_of(self.session, self._at(row.due_at), told["ticket"], told["event"])
        done_now = sa.update(OutboxRow).where(OutboxRow.kind == TOLD)
        self.session.execute(done_now.values(done_at=self.house.clock()))

    def _report(self, story: Story, began: datetime) -> str:
        at, by = self._at(began), self._who(story.owner)
        photos = [keep_photo(self.session, at, by, _picture(story.photo)).id] if story.photo else []
        report = Report(story.category, story.place, story.text, Channel.MINI_PROGRAM, photos=photos)
        return intake.submit(self.session, at, by, self.community_id, report).row.id

    def _do(self, ticket: str, began: datetime, one: Then) -> None:
        at, by = self._at(began + timedelta(hours=one.hours)), self._who(one.by)
        if one.kind is Kind.JOINED:
            joining.join(self.session, at, by, ticket)
            return
        photos = [keep_photo(self.session, at, by, _picture("好")).id] if one.proof else []
        facts = dict(one.facts)
        if "days" in facts:
            facts = {"until": (at.clock() + timedelta(days=facts["days"])).date().isoformat()}
        acts.perform(self.session, at, by, ticket, Act(one.kind, one.text, photos, facts))

    def _at(self, moment: datetime) -> House:
        """Return the house at an instant of the past."""
        return replace(self.house, clock=lambda: min(moment, self.house.clock()))

    def _who(self, by: str | int) -> Any:
        if isinstance(by, int):
            return acting(self.session, self.house, owner_phone(by))
        phone = next(one.phone for one in (*STAFF, *OFFICIALS) if one.role is _ROLES[by])
        return acting(self.session, self.house, phone)


def _payload(row: OutboxRow) -> dict[str, Any]:

    return dict(json.loads(row.payload))


def _picture(word: str) -> Any:
    """Draw a picture that is plainly none of a real place."""
    image = Image.new("RGB", (960, 720), "#dfe7df")
    draw = ImageDraw.Draw(image)
    for step in range(12):
        shade = 200 - step * 9
        draw.rectangle(
            (40 + step * 36, 60 + step * 24, 900 - step * 30, 660 - step * 20), fill=(shade, 210, shade)
        )
    draw.text((60, 80), f"demo {word.encode().hex()}", fill="#223322")
    stream = BytesIO()
    image.save(stream, "PNG")
    return make_picture(stream.getvalue())

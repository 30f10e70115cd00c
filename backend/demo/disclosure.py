"""The demo's books: a year of common income, published quarter by quarter, and a fund with an urgent repair.

Net income stays the owners': the demo's assembly has not decided yet how it is split.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy.orm import Session

from backend.demo.people import OFFICIALS, STAFF, acting
from backend.disclosure.rules.limits import LIMITS, LimitName, Period, period_at
from backend.disclosure.rules.sheets import OpeningRow
from backend.disclosure.rules.values import (
    BookKind,
    CostKind,
    Danger,
    Excluded,
    Purpose,
    ShareBy,
    SourceKind,
    StepKind,
)
from backend.disclosure.service import common, fund, openings, papers, projects, publishing
from backend.disclosure.service.due import find_due
from backend.disclosure.service.keeper import (
    COMMON_KEEPERS,
    DECIDERS,
    FUND_KEEPERS,
    PUBLISHERS,
    REVIEWERS,
    Keeper,
    keeper_of,
)
from backend.identity import Role
from backend.infra.auth import Actor
from backend.infra.house import House
from backend.registry import units_of

QUARTERS = 4
A_PAGE = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)
"""An empty page, for contracts and vouchers of a community that does not exist."""
SOURCES = (
    (SourceKind.PARKING, "公共道路停车", "本小区车主", 1_250_000),
    (SourceKind.ADVERTISING, "电梯广告", "演示广告有限公司", 600_000),
    (SourceKind.LEASE, "会所一层出租", "演示便利店", 450_000),
)
"""What each brings in a quarter, in fen."""
COSTS = ((CostKind.STAFF, 420_000), (CostKind.TAX, 69_000), (CostKind.POWER, 31_207))
FIRST_FEN_A_DM2 = 80
"""First deposits: 80 yuan a square metre."""


@dataclass(frozen=True, slots=True)
class _Desk:
    """The people who keep the demo's books, at any time of the past."""

    session: Session
    house: House
    community: str

    def clerk(self, day: date) -> Keeper:
        """Return the firm's clerk at ten o'clock of a day."""
        return self._at(day, STAFF[0].phone, (*COMMON_KEEPERS, *FUND_KEEPERS, *PUBLISHERS))

    def chair(self, day: date) -> Keeper:
        """Return the committee's chair at ten o'clock of a day."""
        return self._at(day, OFFICIALS[0].phone, (*REVIEWERS, *DECIDERS))

    def _at(self, day: date, phone: str, roles: tuple[Role, ...]) -> Keeper:
        moment = datetime.combine(day, time(2), UTC)
        actor: Actor = acting(self.session, self.house, phone)
        then = replace(self.house, clock=lambda: moment)
        return keeper_of(self.session, then, actor, self.community, roles)


def enter_books(session: Session, house: House, community: str, today: date) -> None:
    """Enter the last four whole quarters, and what the fund has."""
    desk = _Desk(session, house, community)
    quarters = _quarters(today)
    sources = _contracts(desk, quarters)
    for quarter in quarters:
        _enter_quarter(desk, quarter, sources)
    _enter_fund(desk, quarters[0].first, today)


def _quarters(today: date) -> list[Period]:
    found, day = [], today
    for _ in range(QUARTERS):
        day = period_at(BookKind.COMMON, day).first - timedelta(days=1)
        found.append(period_at(BookKind.COMMON, day))
    return found[::-1]


def _contracts(desk: _Desk, quarters: list[Period]) -> list[tuple[str, int]]:
    first = quarters[0].first
    clerk, found = desk.clerk(first), []
    for kind, name, counterparty, quarterly in SOURCES:
        paper = papers.keep(clerk, f"{name}合同", A_PAGE, papers.PDF)
        source = common.NewSource(
            kind=kind,
            name=name,
            counterparty=counterparty,
            first_day=first,
            last_day=date(first.year + 2, 12, 31),
            amount_fen=quarterly * 12,
            terms="按季度结算",
            contract_id=paper.id,
        )
        found.append((common.add_source(clerk, source).id, quarterly))
    return found


def _enter_quarter(desk: _Desk, quarter: Period, sources: list[tuple[str, int]]) -> None:
    day = quarter.last - timedelta(days=20)
    clerk, growth = desk.clerk(day), quarter.first.month * 1_000
    paper = papers.keep(clerk, f"{quarter.name}凭证", A_PAGE, papers.PDF).id
    wanted: list[tuple[str, int, CostKind | None]]
    wanted = [(source, quarterly + growth, None) for source, quarterly in sources]
    wanted += [(sources[0][0], amount, kind) for kind, amount in COSTS]
    for number, (source, amount, kind) in enumerate(wanted, 1):
        money = common.Money(
            amount_fen=amount,
            day=day,
            source_id=source,
            cost_kind=kind,
            reference=f"{quarter.first:%Y%m}-{number}",
            memo=quarter.name,
            paper_ids=[paper],
        )
        entry = common.record_money(clerk, money)
        common.review_entry(desk.chair(day), entry.entry_id, agrees=True, note="")
    if find_due(desk.session, LIMITS[LimitName.COMMON], quarter.last) is not None:
        order = publishing.Order(BookKind.COMMON, quarter.first, None, "")
        publishing.publish(desk.clerk(quarter.last + timedelta(days=1)), order)


def _enter_fund(desk: _Desk, opened: date, today: date) -> None:
    clerk = desk.clerk(opened)
    rows = tuple(
        OpeningRow(
            row=number,
            building=unit.building,
            stair=unit.stair,
            room=unit.label.rpartition("-")[2],
            first_fen=(unit.area or 0) * FIRST_FEN_A_DM2,
            balance_fen=(unit.area or 0) * FIRST_FEN_A_DM2 * (26 if unit.building == "2" else 64) // 100,
            day=opened,
        )
        for number, unit in enumerate(units_of(desk.session, desk.community), 2)
    )
    upload = openings.Upload("demo", len(rows), rows, ())
    report = openings.import_openings(clerk, upload, dry_run=False)
    if not report.applied:
        raise ValueError(f"the demo's own balances are refused: {report.errors}")
    slip = fund.Slip(amount_fen=1_834_507, day=opened, reference="利息-1", memo="上年度存款利息")
    fund.add_interest(clerk, slip, ShareBy.BALANCE)
    _publish_year(desk, opened, today)
    _repair_lift(desk, today - timedelta(days=12))


def _publish_year(desk: _Desk, opened: date, today: date) -> None:
    year = period_at(BookKind.FUND, opened)
    if year.last < today and find_due(desk.session, LIMITS[LimitName.FUND], year.last) is not None:
        order = publishing.Order(BookKind.FUND, year.first, None, "")
        publishing.publish(desk.clerk(year.last + timedelta(days=1)), order)


def _repair_lift(desk: _Desk, day: date) -> None:
    """Have a stopped lift repaired without a vote first: report, inspection, repair, papers, payment."""
    new = projects.NewProject(
        title="1号楼1单元电梯曳引机抢修",
        purpose=Purpose.LIFT,
        scope="stair:1-1",
        budget_fen=1_860_000,
        answers=dict.fromkeys(Excluded, False),
        decision=None,
        danger=Danger.LIFT,
        text="电梯多次困人，维保单位要求停梯更换曳引机。",
        day=day,
    )
    project = projects.open_project(desk.chair(day), new)
    for after, kind in ((1, StepKind.INSPECTION), (5, StepKind.REPAIR), (7, StepKind.PAPERS)):
        chair = desk.chair(day + timedelta(days=after))
        paper = papers.keep(chair, "抢修资料", A_PAGE, papers.PDF).id
        step = projects.NewStep(kind=kind, day=chair.today, text="", paper_ids=[paper])
        projects.take_step(chair, project.id, step)
    clerk = desk.clerk(day + timedelta(days=9))
    paper = papers.keep(clerk, "维修发票", A_PAGE, papers.PDF).id
    slip = fund.Slip(
        amount_fen=1_834_000, day=clerk.today, reference="抢修-1", memo="电梯抢修", paper_ids=[paper]
    )
    fund.use(clerk, project.id, slip)

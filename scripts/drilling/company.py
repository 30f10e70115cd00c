"""The company of a drill: who holds which office, and which body sent each of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scripts.drilling.agenda import Agenda, Official
from scripts.drilling.diary import Diary
from scripts.drilling.people import Person
from scripts.drilling.stage import Stage

ADMINISTRATOR = Official("演练管理员", "演练平台管理单位")
CHAIR = Official("演练召集人", "演练业主委员会")
OFFICER = Official("演练社区工作人员", "演练社区党组织")
REGISTRAR = Official("演练凭证管理员", "演练居民委员会")
COUNTERS = (Official("演练录入人甲", "演练录入单位甲"), Official("演练录入人乙", "演练录入单位乙"))
FIRST_PHONE = 19800000000
KINDS = {CHAIR: "committee", OFFICER: "community_party", REGISTRAR: "residents_committee"}


@dataclass(frozen=True, slots=True)
class Seat:
    """An office held by a person: `role` is the service's word for it."""

    role: str
    official: Official
    person: Person


@dataclass(frozen=True, slots=True)
class Company:
    """Everybody who is not a voter, in the order in which offices are given."""

    administrator: Person
    seats: tuple[Seat, ...]

    def all(self, role: str) -> list[Person]:
        """Return the holders of a role in their order."""
        return [seat.person for seat in self.seats if seat.role == role]

    def one(self, role: str) -> Person:
        """Return the one holder of a role."""
        [person] = self.all(role)
        return person

    def convened(self, assembly: str) -> None:
        """Tell everybody which assembly it is."""
        for person in (self.administrator, *(seat.person for seat in self.seats)):
            person.assembly = assembly


def office_phones(taken: Iterable[str]) -> Iterator[str]:
    """Yield mobile numbers that no owner on the roll has."""
    owners = set(taken)
    return (str(phone) for phone in range(FIRST_PHONE, FIRST_PHONE + 10**8) if str(phone) not in owners)


def offices(agenda: Agenda) -> list[tuple[str, Official]]:
    """Return who holds which office; the registrar is never sent by the server's operator."""
    return [
        ("chair", CHAIR),
        ("community_officer", OFFICER),
        ("registrar", REGISTRAR),
        *(("trustee", one) for one in agenda.trustees),
        *(("auditor", one) for one in agenda.auditors),
        *(("counter", one) for one in COUNTERS),
    ]


def gather(stage: Stage, diary: Diary, agenda: Agenda, phones: Iterator[str], administrator: str) -> Company:
    """Give everybody a phone and a folder of their own."""
    seats = []
    numbers: dict[str, int] = {}
    for role, official in offices(agenda):
        numbers[role] = numbers.get(role, 0) + 1
        folder = stage.role_folder(f"{role}-{numbers[role]}")
        seats.append(Seat(role, official, Person(official.name, next(phones), folder, stage, diary)))
    folder = stage.role_folder("administrator")
    return Company(Person(ADMINISTRATOR.name, administrator, folder, stage, diary), tuple(seats))

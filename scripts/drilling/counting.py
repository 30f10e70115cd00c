"""From the close to the final result: paper entries, decryption, audit, publication."""

from __future__ import annotations

import csv
import shutil
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from backend.voting.law.deadlines import end_of, objections
from scripts.drilling.agenda import Agenda
from scripts.drilling.company import Company
from scripts.drilling.faults import DrillFailed
from scripts.drilling.people import Person, together
from scripts.drilling.preparing import step
from scripts.drilling.stage import CHINA
from scripts.drilling.votes import PAPER
from scripts.drilling.voting import Ballot, Poll

TALLY_SECONDS = 120
NOT_YET = frozenset({"not-tallied"})


def close(company: Company, agenda: Agenda) -> None:
    """Let the closing instant pass, and have the registrar erase the codes."""
    company.administrator.stage.clock.move(agenda.closes_at)
    company.one("registrar").must("registrar", "erase")


def enter_papers(company: Company, poll: Poll) -> None:
    """Have two counters enter the papers that were taken, each from a copy of their own."""
    rows = paper_rows(poll)
    if not rows:
        return
    for counter in company.all("counter"):
        file = counter.folder / "papers.csv"
        with file.open("w", encoding="utf-8", newline="") as target:
            writer = csv.DictWriter(target, ["pseudonym", *(item.id for item in poll.agenda.items)])
            writer.writeheader()
            writer.writerows(rows)
        told = counter.must("counter", "enter", "--file", str(file)).get("papers", [])
    if not all(one["complete"] for one in told):
        raise DrillFailed("the two counters' entries are not complete")


def paper_rows(poll: Poll) -> list[dict[str, str]]:
    """Return one row for each elector whose paper was taken anywhere, with the choices that were taken."""
    rows: dict[str, dict[str, str]] = {}
    for ballot in poll.ballots:
        if ballot.accepted and ballot.vote.channel == PAPER:
            pseudonym = poll.pseudonym_of(ballot.vote.unit)
            row = rows.setdefault(pseudonym, {"pseudonym": pseudonym})
            row |= choices_in(poll.agenda, ballot)
    return list(rows.values())


def choices_in(agenda: Agenda, ballot: Ballot) -> dict[str, str]:
    """Return what a ballot's row says of the items that are decided in its scope."""
    items = [item for item in agenda.items if item.scope == ballot.scope]
    return {item.id: ballot.vote.choices[item.id] for item in items if item.id in ballot.vote.choices}


def decrypt(company: Company, agenda: Agenda) -> None:
    """Have as many trustees decrypt as are needed, and no more."""
    trustees = company.all("trustee")
    together(trustees[: agenda.threshold or len(trustees)], _decrypt_when_tallied)


def _decrypt_when_tallied(trustee: Person) -> None:
    """Try until the job that tallies has come round; the close itself does not wait for it."""
    end = time.monotonic() + TALLY_SECONDS
    while (answer := trustee.run("trustee", "decrypt")).status:
        if answer.code not in NOT_YET or time.monotonic() > end:
            raise DrillFailed(f"{trustee.name}: scripts/trustee decrypt: [{answer.code}] {answer.detail}")
        time.sleep(0.5)


def audit(company: Company) -> None:
    """Have every auditor fetch the record, verify all of it, and sign that they agree."""
    together(company.all("auditor"), _audit)


def _audit(auditor: Person) -> None:
    record = auditor.folder / "record"
    auditor.must("auditor", "watch")
    auditor.must("auditor", "fetch", "--to", str(record))
    auditor.must("auditor", "sign", "--record", str(record), "--verdict", "agree")


def publish(company: Company, agenda: Agenda) -> None:
    """Post the preliminary result, let the days for objections pass, declare it final."""
    chair = company.one("chair")
    clock = chair.stage.clock
    step(chair, "preliminary")
    posted_on = clock.at.astimezone(CHINA).date()
    clock.move(end_of(objections(posted_on, agenda.pack)) + timedelta(hours=9))
    final = step(chair, "final")
    if final["stage"] != "FINAL":
        raise DrillFailed(f"the assembly ended at stage {final['stage']}")


def hand_over(company: Company, out: Path) -> Sequence[Path]:
    """Have the first auditor fetch the whole record into the folder of the drill; returns the elections."""
    record = company.all("auditor")[0].folder / "final"
    company.all("auditor")[0].must("auditor", "fetch", "--to", str(record))
    for entry in sorted(record.iterdir()):
        target = out / entry.name
        shutil.copytree(entry, target) if entry.is_dir() else shutil.copyfile(entry, target)
    return [path.parent for path in sorted(out.glob("*/manifest.json"))]


def watch(company: Company) -> None:
    """Have every auditor check that the boards continue what they kept, and co-sign the heads."""
    together(company.all("auditor"), lambda auditor: auditor.must("auditor", "watch"))

"""The drill from beginning to end: reads the input, sets the stage, plays every act, proves the record."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.drilling import counting, preparing
from scripts.drilling.agenda import Agenda, read_agenda
from scripts.drilling.company import Company, gather, office_phones
from scripts.drilling.diary import Diary
from scripts.drilling.electors import Electorate, find_electors
from scripts.drilling.expectation import differences
from scripts.drilling.faults import WrongUse
from scripts.drilling.proving import prove
from scripts.drilling.report import Findings, summary
from scripts.drilling.roll_sheet import RollSheet, read_roll
from scripts.drilling.stage import open_stage
from scripts.drilling.votes import ELECTRONIC, Vote, read_votes
from scripts.drilling.voting import Poll

CHECKING_VOTERS = 3


@dataclass(frozen=True, slots=True)
class Script:
    """What is to be played, read and checked in full before anything is started."""

    roll: RollSheet
    agenda: Agenda
    votes: tuple[Vote, ...]
    electorate: Electorate


def read_script(roll_file: Path, assembly_file: Path, votes_file: Path) -> Script:
    """Read the three files. Raises WrongUse for a file that is not there, InputRefused for what it says."""
    for file in (roll_file, assembly_file, votes_file):
        if not file.is_file():
            raise WrongUse(f"{file} is not there, or is no file")
    agenda = read_agenda(assembly_file)
    roll = read_roll(roll_file)
    return Script(roll, agenda, read_votes(votes_file, agenda, roll), find_electors(roll, agenda))


def play(script: Script, out: Path, backstage: Path) -> bool:
    """Play the drill into `out`; tells whether everything holds.

    `backstage` is a folder for what belongs to others: the server's data, every role's keys.
    Raises InputRefused when the service refuses roll or agenda, DrillFailed when a step does not work.
    """
    diary = Diary(out / "drill.log", sys.stdout)
    agenda = script.agenda
    phones = office_phones(phone for line in script.roll.lines for phone in line.phones)
    administrator = next(phones)
    begin = preparing.notice_instant(agenda) - preparing.DRAFTED_BEFORE
    diary.chapter("a server on an empty data folder")
    with open_stage(backstage, begin, administrator) as stage:
        diary.follow(stage.clock)
        company = gather(stage, diary, agenda, phones, administrator)
        poll = _vote(script, company, diary)
        _count(poll, company, diary)
        diary.chapter("the record is handed over")
        elections = counting.hand_over(company, out)
    return _prove(script, poll, out, elections, diary)


def _vote(script: Script, company: Company, diary: Diary) -> Poll:
    agenda = script.agenda
    diary.chapter(f"the community, its roll of {len(script.roll.lines)} units, and the notice")
    community = preparing.found_community(company, agenda, script.roll)
    preparing.convene(company, agenda, community)
    diary.chapter("the roll is frozen; codes, a lost notice, the key ceremony")
    first = [vote.unit for vote in script.votes if vote.channel == ELECTRONIC]
    counted = (sorted(script.electorate.of(unit).counted) for unit in first)
    prepared = preparing.make_ready(company, [unit for units in counted for unit in units])
    poll = Poll(agenda, company, script.electorate, prepared)
    counting.watch(company)
    diary.chapter(f"{agenda.voting_days} voting days, {len(script.votes)} rows")
    poll.play(script.votes, lambda: counting.watch(company))
    counting.watch(company)
    for voter in list(poll.voters.values())[:CHECKING_VOTERS]:
        voter.run("vote", "check")
    return poll


def _count(poll: Poll, company: Company, diary: Diary) -> None:
    agenda = poll.agenda
    diary.chapter("the close; papers are entered twice")
    counting.close(company, agenda)
    counting.enter_papers(company, poll)
    diary.chapter("trustees decrypt")
    counting.decrypt(company, agenda)
    diary.chapter("auditors verify and sign")
    counting.audit(company)
    diary.chapter("preliminary, objections, final")
    counting.publish(company, agenda)


def _prove(script: Script, poll: Poll, out: Path, elections: Sequence[Path], diary: Diary) -> bool:
    diary.chapter("scripts/verify and belenios-tool verify the record")
    proofs = prove(out, elections, diary)
    result = json.loads((out / "result.json").read_bytes())
    wrong = differences(poll, result)
    findings = Findings(
        script.agenda, poll.company, script.electorate, poll, result, proofs, wrong, diary.seconds()
    )
    (out / "summary.md").write_text(summary(findings), encoding="utf-8")
    holds = not wrong and all(proof.holds is not False for proof in proofs)
    for proof in proofs:
        if proof.holds is False:
            sys.stdout.write(f"REFUSED: {proof.what}\n{proof.said}\n")
    diary.chapter(f"done: {'all is well' if holds else 'SOMETHING IS WRONG'}; read {out / 'summary.md'}")
    return holds

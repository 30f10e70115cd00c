"""The desk a tool works at: its folder, its exchange, its clock, what it says to people and to programs."""

from __future__ import annotations

import argparse
import getpass
import json
import re
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from backend.sealing.signing import fingerprint, sign
from backend.tools.client import Client
from backend.tools.clock import ToolClock
from backend.tools.errors import ToolError, WrongUse
from backend.tools.exchange import Exchange, FolderExchange, ServerExchange
from backend.tools.folder import RoleFolder
from backend.voting.errors import VotingError

Command = Callable[["Desk"], None]
PLACE = "place.json"
SESSION = "session.json"
SENDER_SECONDS = 15
ONE_TIME_CODE = re.compile(r"(?<![0-9])[0-9]{6}(?![0-9])")


class Desk:
    """One run of one tool by one role."""

    def __init__(self, role: str, options: argparse.Namespace) -> None:
        self.role = role
        self.options = options
        self.folder = RoleFolder(Path(options.folder))
        self.clock = ToolClock(None if options.clock is None else Path(options.clock))
        self.status = 0
        self._answer: dict[str, Any] = {}
        self._exchange: Exchange | None = None

    def note(self, **facts: object) -> None:
        """Keep facts for the one JSON line at the end."""
        self._answer.update(facts)

    def say(self, line: str, **facts: object) -> None:
        """Tell people a line; with --json keep only the facts."""
        self.note(**facts)
        if not self.options.json:
            print(line)  # noqa: T201 (a tool speaks on its standard output)

    def fail(self) -> None:
        """Have the tool end with 1 although it told everything it found."""
        self.status = 1

    def finish(self) -> None:
        """Print the facts when --json asks for them."""
        if self.options.json:
            print(json.dumps(self._answer, ensure_ascii=False, sort_keys=True))  # noqa: T201

    def exchange(self) -> Exchange:
        """Return where this role meets the others; raises WrongUse when it was never told."""
        if self._exchange is None:
            place = self._place()
            if "exchange" in place:
                self._exchange = FolderExchange(Path(place["exchange"]))
            else:
                self._exchange = ServerExchange(self.client(), self._assembly(place))
        return self._exchange

    def server(self) -> ServerExchange:
        """Return the exchange of a command that exists on a server only."""
        exchange = self.exchange()
        if not isinstance(exchange, ServerExchange):
            raise WrongUse("this command needs --server")
        return exchange

    def client(self) -> Client:
        """Return a signed-in client of the server, signing in first where the command line says how."""
        place = self._place()
        if "server" not in place:
            raise WrongUse("say where: --server URL or --exchange FOLDER")
        client = Client(place["server"])
        session = self.folder.read(SESSION)
        if session and session["server"] == place["server"] and self.options.command != "sign-in":
            client.token = session["token"]
            client.renew = self._sign_in if self.options.phone else None
        elif self.options.phone:
            client.token = self._sign_in()
        return client

    def my_person(self) -> dict[str, Any]:
        """Return how the assembly lists this role's holder, found by the signing key."""
        mine = self.folder.signing_key().public_hex
        for person in self.exchange().assembly()["people"]:
            if person["role"] == self.role and person.get("sign_key") == mine:
                return dict(person)
        raise ToolError(
            "not-appointed", f"no {self.role} of this assembly has this folder's key: `join` first"
        )

    def _place(self) -> dict[str, str]:
        """Merge what the command line says with what was remembered, and remember it."""
        remembered: dict[str, str] = self.folder.read(PLACE) or {}
        place = dict(remembered)
        if self.options.server:
            place = {"server": self.options.server, **_only(place, "assembly")}
        if self.options.exchange:
            place = {"exchange": str(Path(self.options.exchange).resolve())}
        if self.options.assembly:
            place["assembly"] = self.options.assembly
        if place != remembered:
            self.folder.write(PLACE, place)
        return place

    def _assembly(self, place: dict[str, str]) -> str:
        if "assembly" not in place:
            raise WrongUse("say which assembly: --assembly ID")
        return place["assembly"]

    def _sign_in(self) -> str:
        """Sign in by phone and one-time code, keep the token, and return it."""
        client = Client(self._place()["server"])
        phone, file = self.options.phone, self.options.otp_file
        known = _codes(file, phone) if file else []
        client.post_once("/sign-in/codes", {"phone": phone})
        code = _newest(file, phone, known) if file else getpass.getpass("one-time code: ")
        answer = client.post_once("/sign-in/tokens", {"phone": phone, "code": code.strip()})
        token = str(answer["token"])
        session = {"server": self._place()["server"], "token": token, "account_id": answer["account_id"]}
        self.folder.write(SESSION, session)
        return token


def _only(place: dict[str, str], name: str) -> dict[str, str]:
    return {name: place[name]} if name in place else {}


def _codes(file: str, phone: str) -> list[str]:
    """Return the one-time codes the development sender wrote for a phone, oldest first."""
    try:
        lines = Path(file).read_text("utf-8").splitlines()
    except FileNotFoundError:
        return []
    messages = [json.loads(line) for line in lines if phone in line]
    texts = [each["text"] for each in messages if each["phone"].endswith(phone) and "验证码" in each["text"]]
    return [found[0] for text in texts if (found := ONE_TIME_CODE.findall(text))]


def _newest(file: str, phone: str, known: Sequence[str]) -> str:
    """Wait for the code that our request brought; the sender may write it a moment later."""
    end = time.monotonic() + SENDER_SECONDS
    while len(codes := _codes(file, phone)) <= len(known):
        if time.monotonic() > end:
            raise ToolError("no-code", "the development sender wrote no one-time code for this phone")
        time.sleep(0.05)
    return codes[-1]


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options every command of every tool has."""
    parser.add_argument("--folder", required=True, help="this role's own folder (made at first use)")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--server", help="address of the service, e.g. https://vote.example")
    where.add_argument("--exchange", help="folder of files instead of a server")
    parser.add_argument("--assembly", help="id of the assembly (remembered)")
    parser.add_argument("--phone", help="phone to sign in with where that is needed")
    parser.add_argument("--otp-file", help="development only: the file the console sender writes codes to")
    parser.add_argument("--clock", help="drills only: a file with the instant to take as now")
    parser.add_argument("--json", action="store_true", help="one JSON line instead of text")


def sign_in(desk: Desk) -> None:
    """Sign in by phone and one-time code; the token stays in this role's folder."""
    if not desk.options.phone:
        raise WrongUse("sign-in needs --phone")
    desk.client()
    desk.say("signed in")


def join(desk: Desk) -> None:
    """Publish this role's public keys, with proof that the signing key is held here."""
    sign_key, box_key = desk.folder.signing_key(), desk.folder.box_key()
    exchange = desk.exchange()
    keys = {"role": desk.role, "sign_key": sign_key.public_hex, "seal_key": box_key.public_hex}
    proof = sign(sign_key, "role-key", {"assembly": exchange.assembly()["id"], **keys})
    named = {} if isinstance(exchange, ServerExchange) else {"name": _name(desk)}
    exchange.publish_key({**keys, **named, "proof": proof})
    mark = fingerprint(sign_key.public_hex, box_key.public_hex)
    desk.say(f"joined; read this fingerprint to the others: {mark}", fingerprint=mark)


def _name(desk: Desk) -> str:
    if not desk.options.name:
        raise WrongUse("on files, say who you are: --name NAME")
    return str(desk.options.name)


def people(desk: Desk) -> None:
    """Print everybody's fingerprint, to be compared by voice or on paper."""
    listed = []
    for person in desk.exchange().assembly()["people"]:
        mark = _mark(person)
        listed.append({"role": person["role"], "name": person["name"], "fingerprint": mark})
        desk.say(f"{person['role']:<10} {mark or 'has not joined':<42} {person['name']}")
    desk.say("compare each one with its owner", people=listed)


def _mark(person: dict[str, Any]) -> str | None:
    signing, sealing = person.get("sign_key"), person.get("seal_key")
    return fingerprint(signing, sealing) if signing and sealing else None


class ToolParser:
    """The commands of one tool, each with its help and its own options."""

    def __init__(self, role: str, purpose: str, *, appointed: bool = True) -> None:
        self.role = role
        self._parser = argparse.ArgumentParser(prog=f"scripts/{role}", description=purpose)
        self._commands = self._parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
        self.add("sign-in", sign_in)
        if appointed:
            self.add("join", join).add_argument("--name", help="on files: the name you were appointed under")
            self.add("people", people)

    def add(self, name: str, command: Command) -> argparse.ArgumentParser:
        """Add a command; its docstring's first line is its help."""
        text = (command.__doc__ or "").strip().splitlines()[0]
        parser = self._commands.add_parser(name, help=text, description=text)
        add_options(parser)
        parser.set_defaults(run=command)
        return parser

    def run(self, arguments: Sequence[str] | None) -> int:
        """Run one command; returns 0 when done, 1 when refused, 2 on wrong use."""
        try:
            options = self._parser.parse_args(arguments)
        except SystemExit as stop:
            return stop.code if isinstance(stop.code, int) else 2
        try:
            return self._run(options)
        except WrongUse as error:
            return _refuse(error, 2)
        except VotingError as error:
            return _refuse(error, 1)
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            # Other people's JSON of a wrong shape. Its content is not shown: it may hold a secret.
            return _refuse(
                ToolError(
                    "malformed", f"what was read has not the form it must have ({type(error).__name__})"
                ),
                1,
            )
        except OSError as error:
            return _refuse(WrongUse(f"{error.filename or ''}: {error.strerror}"), 2)

    def _run(self, options: argparse.Namespace) -> int:
        desk = Desk(self.role, options)
        with desk.folder.locked():
            options.run(desk)
        desk.finish()
        return desk.status


def _refuse(error: VotingError, status: int) -> int:
    text = str(error) if isinstance(error, ToolError) else f"[{error.code}] {error}"
    print(f"refused: {text}", file=sys.stderr)  # noqa: T201
    return status

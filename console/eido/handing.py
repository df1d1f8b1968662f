"""A hand-over, from the wish to the receiver: looked at, logged, delivered, noted.

An EIDO goes to the one agency that goes on with the call. Partners of releases are no
such agency, and nothing of their settings is used here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from aliquot.console.domain.commands import Command, Done, Failed, Outcome, Refused
from aliquot.console.domain.handover import (
    HandOverAs,
    HandOverIncident,
    HandOverSheet,
    NoteHandOver,
    ReceiverSheet,
)
from aliquot.console.eido.settings import (
    FILE_NAME,
    EidoSettings,
    Receiver,
    read_settings,
    secret_of,
)
from aliquot.console.problems import EXIT_NO, KnownProblem, in_words
from aliquot.console.profile import make_private_folder, write_private
from aliquot.console.settings import PartnerConfig

Do = Callable[[Command], Outcome]
"""Has the log's owner carry out a command, and waits."""

FOLDER = "handed-over"
FILE, POST = "file", "post"
_FEED = (
    "{} gets releases: an EIDO holds all of a call, and goes to another PSAP, never "
    "to a feed."
)
_NOT_DELIVERED = (
    "It is in the log as handed over, but {} does not have it: {}. Hand it over again "
    "when that is mended, or tell them by telephone."
)


@dataclass(frozen=True, slots=True)
class _Way:
    """Where a document goes; neither: it waits in the log for a subscriber."""

    folder: Path | None = None
    receiver: Receiver | None = None
    secret: str = ""


def hand_over(
    profile: Path,
    partners: Sequence[PartnerConfig],
    command: HandOverIncident | HandOverAs,
    do: Do,
) -> Outcome:
    """See ``HandOverIncident``. ``profile`` is the folder of it. From any thread that
    may wait some ten seconds."""
    try:
        settings = read_settings(profile)
        way = _way(profile, partners, settings, command)
    except KnownProblem as why:
        return Refused(why.code, str(why))
    agency = command.agency or settings.agency
    outcome = do(replace(command, agency=agency))
    if not isinstance(outcome, Done) or way == _Way():
        return outcome
    return _deliver(way, outcome, do)


def sheet_of(profile: Path) -> HandOverSheet:
    """What a window may know: names and places, no secrets."""
    try:
        settings = read_settings(profile)
    except KnownProblem as why:
        return HandOverSheet(problem=str(why))
    problem = None
    if not settings.agency:
        problem = str(_no_agency(profile))
    receivers = tuple(
        ReceiverSheet(one.name, one.url or str(profile / one.folder))
        for one in settings.receivers
    )
    return HandOverSheet(settings.agency, receivers, str(profile / FOLDER), problem)


def _way(
    profile: Path,
    partners: Sequence[PartnerConfig],
    settings: EidoSettings,
    command: HandOverIncident | HandOverAs,
) -> _Way:
    """Raises ``KnownProblem``; nothing is logged then."""
    if not (command.agency or settings.agency):
        raise _no_agency(profile)
    receiver = settings.receiver(command.to) if command.send else None
    if command.send and receiver is None:
        text = f"There is no receiver {command.to} in {profile / FILE_NAME}."
        raise KnownProblem("no_receiver", text, EXIT_NO)
    if _is_feed(partners, command.to, receiver):
        raise KnownProblem("is_a_feed", _FEED.format(command.to), EXIT_NO)
    folder = command.folder or (receiver.folder if receiver else "")
    if folder:
        return _Way(folder=_made(profile / Path(folder).expanduser()))
    if receiver is None:
        return _Way()
    return _Way(receiver=receiver, secret=secret_of(receiver, profile))


def _is_feed(
    partners: Sequence[PartnerConfig], to: str, receiver: Receiver | None
) -> bool:
    name = to.strip().casefold()
    if any(partner.name.casefold() == name for partner in partners):
        return True
    if receiver is None or not receiver.url:
        return False
    url = receiver.url.rstrip("/")
    feeds = [partner.url.rstrip("/") for partner in partners]
    return any(url == feed or url.startswith(f"{feed}/") for feed in feeds)


def _made(folder: Path) -> Path:
    try:
        make_private_folder(folder)
    except OSError as why:
        text = f"{folder} cannot be written to: {in_words(why)}."
        raise KnownProblem("no_folder", text, EXIT_NO) from None
    return folder


def _deliver(way: _Way, done: Done, do: Do) -> Outcome:
    """After it is logged. What became of it is logged, too."""
    said = {key: str(done.result[key]) for key in ("incident_id", "handover_id", "to")}
    document = str(done.result["eido"]).encode()
    how, where, reason = _bring(way, document, said["handover_id"])
    note = NoteHandOver(**said, how=how, where=where, reason=reason)
    noted = do(note)
    if reason:
        return Failed("not_delivered", _NOT_DELIVERED.format(said["to"], reason))
    if not isinstance(noted, Done):
        return noted
    return Done({**done.result, "how": how, "where": where})


def _bring(way: _Way, document: bytes, handover_id: str) -> tuple[str, str, str]:
    """How, where, and why not."""
    if way.folder is not None:
        path = way.folder / f"eido-{handover_id}.json"
        try:
            write_private(path, document)
        except OSError as why:
            return FILE, str(path), f"{path}: {in_words(why)}"
        return FILE, str(path), ""
    assert way.receiver is not None
    from aliquot.drivers.ng911.eido_post import Address, PostProblem, post

    to = Address(way.receiver.url, way.receiver.user, way.secret)
    try:
        post(to, document, handover_id)
    except PostProblem as why:
        return POST, to.url, str(why)
    return POST, to.url, ""


def _no_agency(profile: Path) -> KnownProblem:
    text = f'Say who we are to others: agency = "…" in {profile / FILE_NAME}.'
    return KnownProblem("no_agency", text, EXIT_NO)

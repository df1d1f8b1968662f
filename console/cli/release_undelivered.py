"""What partners did not take: what `aliquot release deliver` says of it at the end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aliquot.console.cli.release_list import read_tables
from aliquot.console.clock import SystemClock
from aliquot.console.profile import Profile
from aliquot.console.release.release_record import OutboxRow

OLD_US = 7 * 86_400 * 10**6  # nobody is told of it any more
Key = tuple[str, str, str]  # release, channel, partner

_SAID: Mapping[str, tuple[str, str]] = {
    "redirected": (
        "the partner answered with another address, which is not followed",
        "ask the partner, correct url in profile.toml, retract it, propose anew",
    ),
    "not_allowed": (
        "the partner does not let us in",
        "ask the partner, then retract it and propose anew",
    ),
    "not_there": (
        "nobody takes items at that address",
        "correct url in profile.toml, retract it, propose anew",
    ),
    "conflict": (
        "the partner keeps other bytes under the same key",
        "ask the partner what it has; retract it",
    ),
    "gone": (
        "the partner has taken it back already",
        "ask the partner; retract it",
    ),
    "too_large": ("it is too large for the partner", "ask the partner"),
    "rejected": (
        "the partner refuses it",
        "ask the partner why, look at url in profile.toml, retract it, propose anew",
    ),
    "expired": (
        "it grew too old while it waited",
        "see why the partner did not answer; there is nothing more to send",
    ),
    "not_as_approved": (
        "the log has no such sending",
        "run aliquot log verify",
    ),
    "given_up": (
        "the partner never gave a receipt",
        "ask the partner; retract it if it is to be sent again",
    ),
    "erased": ("its bytes were erased", "tell the partner by other means"),
}
_OTHER = ("it was not taken", "ask the partner")


def too_old(profile: Profile) -> frozenset[Key]:
    """What was not taken so long ago that it is no news."""
    since_us = SystemClock().now().utc_us - OLD_US
    return frozenset(_key(row) for row in _rows(profile) if row.since_us < since_us)


def not_taken(profile: Profile, told: frozenset[Key]) -> list[dict[str, Any]]:
    """What stands as not taken and is not in ``told``; a retraction ends it."""
    return [_said(row) for row in _rows(profile) if _key(row) not in told]


def in_words(said: Mapping[str, Any]) -> str:
    return (
        f"{said['release_id']} did not get to {said['partner']} ({said['channel']}):"
        f" {said['message']}. What to do: {said['to_do']}."
    )


def _rows(profile: Profile) -> tuple[OutboxRow, ...]:
    with read_tables(profile) as tables:
        return () if tables is None else tables.not_taken()


def _key(row: OutboxRow) -> Key:
    return row.release_id, row.channel, row.partner


def _said(row: OutboxRow) -> dict[str, Any]:
    problem = row.problem or "rejected"
    message, to_do = _SAID.get(problem, _OTHER)
    return {
        "release_id": row.release_id,
        "partner": row.partner,
        "channel": row.channel,
        "problem": problem,
        "message": message,
        "to_do": to_do,
    }

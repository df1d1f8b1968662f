"""`aliquot release list`: every release, what it waits for or why it ended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from aliquot.console.cli.answers import iso_time, read_views
from aliquot.console.cli.output import emit
from aliquot.console.clock import SystemClock
from aliquot.console.problems import KnownProblem
from aliquot.console.profile import Profile

if TYPE_CHECKING:
    from aliquot.console.release.policy_force import PolicyInForce
    from aliquot.console.release.release_record import OutboxRow, StoredRelease
    from aliquot.console.store.release_views import ReleaseTables

_EVERY = 10**9
_OVER = frozenset({"refused", "withdrawn", "voided", "retracted", "dead"})
_NOT_LEFT = frozenset({"proposed", "approved", "embargoed"})
_UNDER_WAY = ("waiting", "retraction_waiting")


@dataclass(frozen=True, slots=True)
class _Beside:
    """What a row says beside the release itself."""

    numbers: Mapping[str, int]
    names: Mapping[str, str]
    channels: frozenset[str]  # that some partner of the profile takes
    partners: frozenset[str]  # of the profile
    now_us: int
    later: Mapping[str, str]  # release -> the one that took its place
    policies: PolicyInForce
    held: bool  # by a policy that somebody has to sign for


@click.command("list")
@click.option("--json", "as_json", is_flag=True, help="One release a line as JSON.")
@click.pass_context
def list_(ctx: click.Context, as_json: bool) -> None:
    """List releases: open ones by age, then the others, newest first.

    A line has id, state, incident, what it says, and in words what it waits for or
    why it ended, and which release took its place. With --json also who proposed and approved it and when, item_sha256
    for `approve --item-sha256`, and each delivery with its receipt.

    \b
    Examples:
      aliquot release list
      aliquot release list --json | jq .state
    """
    profile = Profile.open(ctx.obj["profile"])
    with read_views(profile) as views:
        if views is None:
            return
        from aliquot.console.store.release_views import ReleaseTables

        tables = ReleaseTables(views.connection)
        names = {p.person_id: p.name for p in views.people()}
        beside = _beside(
            profile, tables.numbers(), names, tables.replaced_by(), tables.policies
        )
        for row in (*tables.open(), *tables.newest(_EVERY)):
            said = _said(row, tables.deliveries(row.release_id), beside)
            emit(said) if as_json else click.echo(_line(said))


def _beside(
    profile: Profile,
    numbers: Mapping[str, int],
    names: Mapping[str, str],
    later: Mapping[str, str],
    policies: PolicyInForce,
) -> _Beside:
    partners = profile.settings.partners
    return _Beside(
        numbers=numbers,
        names=names,
        channels=frozenset(p.channel for p in partners),
        partners=frozenset(p.name for p in partners),
        now_us=SystemClock().now().utc_us,
        later=later,
        policies=policies,
        held=_held_by_policy(profile, policies),
    )


def _held_by_policy(profile: Profile, policies: PolicyInForce) -> bool:
    from aliquot.console.release.policy_force import policy_problem
    from aliquot.console.release.sources import read_policy
    from aliquot.console.releasing import policy_path

    try:
        return bool(policy_problem(read_policy(policy_path(profile)), policies))
    except KnownProblem:
        return False  # another matter, which ``deliver`` says


def left_over(profile: Profile) -> list[str]:
    """A line for each release that is signed, or on its way: what it waits for."""
    with read_tables(profile) as tables:
        if tables is None:
            return []
        beside = _beside(profile, {}, {}, {}, tables.policies)
        rows = (*tables.open(), *tables.newest(_EVERY))
        found = [
            (row, waits_for(row, tables.deliveries(row.release_id), beside))
            for row in rows
        ]
    return [
        f"{row.release_id} waits for {words}."
        for row, words in found
        if words is not None and row.state.value != "proposed"
    ]


def _said(
    row: StoredRelease, deliveries: tuple[OutboxRow, ...], beside: _Beside
) -> dict[str, Any]:
    from aliquot.console.release.endings import label
    from aliquot.console.release.workflow import item_of

    approval, embargo = row.approval, row.embargo
    said = {
        "release_id": row.release_id,
        "state": row.state.value,
        "item": item_of(row.item),
        "item_sha256": row.proposal().item_sha256,
        "policy_sha256": row.policy_sha256,
        "policy": _policy(row, beside),
        "incident_id": row.incident_id,
        "incident_number": beside.numbers.get(row.incident_id),
        "parcels": row.parcels,
        "proposer": _name(beside, row.proposer),
        "proposed_at": iso_time(row.proposed_at_us),
        "approver": _name(beside, approval.approver if approval else None),
        "approved_at": iso_time(approval.at_us if approval else None),
        "embargo_until": iso_time(embargo.until_us if embargo else None),
        "sent_at": iso_time(row.sent_at_us),
        "confirmed_at": iso_time(row.confirmed_at_us),
        "ended_at": iso_time(row.ended_at_us),
        "ended_by": _name(beside, row.ended_by),
        "reason": row.reason,
        "reason_words": label(row.reason) if row.reason else None,
        "replaced_by": beside.later.get(row.release_id),
        "waits_for": waits_for(row, deliveries, beside),
        "deliveries": [_delivery(delivery) for delivery in deliveries],
    }
    return {key: value for key, value in said.items() if value is not None}


def waits_for(
    row: StoredRelease, deliveries: tuple[OutboxRow, ...], beside: _Beside
) -> str | None:
    """What has to happen next, in words; None when nothing has."""
    waiting = sorted({d.partner for d in deliveries if d.state in _UNDER_WAY})
    if gone := [name for name in waiting if name not in beside.partners]:
        return f"{', '.join(gone)}, which profile.toml names no more"
    if waiting:
        return f"a receipt of {', '.join(waiting)}"
    if beside.held and row.state.value in _NOT_LEFT:
        return "the policy file as it was, or a signature: release policy"
    match row.state.value:
        case "proposed":
            return "a second person: release approve, or refuse"
        case "approved":
            return "its embargo to begin: release deliver, or an open console"
        case "embargoed":
            return _held(row, beside)
    return None


def _held(row: StoredRelease, beside: _Beside) -> str:
    until_us = row.embargo.until_us if row.embargo is not None else 0
    if not beside.channels & row.bodies.keys():
        return "a partner: profile.toml names none for its channels"
    if beside.now_us < until_us:
        return f"its time, {iso_time(until_us)}"
    return "to be sent: release deliver, or an open console"


def _policy(row: StoredRelease, beside: _Beside) -> str:
    from aliquot.console.release.policy_force import words_of

    known = beside.policies.of(row.policy_sha256)
    signer = None if known is None else _name(beside, known.by)
    return words_of(row.policy_sha256, known, signer)


def _name(beside: _Beside, person_id: str | None) -> str | None:
    return None if person_id is None else beside.names.get(person_id, person_id)


def _delivery(row: OutboxRow) -> dict[str, Any]:
    said = {
        "partner": row.partner,
        "channel": row.channel,
        "state": row.state,
        "problem": row.problem,
        "receipt": row.receipt,
        "receipt_at": iso_time(row.receipt_at_us),
    }
    return {key: value for key, value in said.items() if value is not None}


def _line(said: Mapping[str, Any]) -> str:
    number = said.get("incident_number")
    about = "incident gone" if number is None else f"incident {number}"
    words = [said["release_id"], said["state"], about, said["item"]["text"]]
    if waits := said.get("waits_for"):
        words.append(f"waits for {waits}")
    elif said["state"] in _OVER and (why := said.get("reason_words")):
        words.append(str(why))
    if said["state"] in _NOT_LEFT and "(" in said["policy"]:
        words.append(str(said["policy"]))  # somebody signed for it, or it is stricter
    if later := said.get("replaced_by"):
        words.append(f"replaced by {later}")
    problems = [f"{d['partner']}: {d['problem']}"
                for d in said["deliveries"] if "problem" in d]  # fmt: skip
    return "\t".join([*words, *problems])


@contextmanager
def read_tables(profile: Profile) -> Iterator[ReleaseTables | None]:
    """Reads while a console writes; None when nothing was ever logged."""
    from aliquot.console.store.release_views import ReleaseTables

    with read_views(profile) as views:
        yield None if views is None else ReleaseTables(views.connection)

"""What commands that read or write a profile have in common."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from aliquot.console.cli.output import emit, say
from aliquot.console.domain.commands import Done, Outcome, Refused
from aliquot.console.domain.events import Json
from aliquot.console.problems import EXIT_NO, EXIT_UNAVAILABLE, KnownProblem
from aliquot.console.profile import Profile
from aliquot.console.store.views import SqlViews


def done_or_raise(outcome: Outcome) -> dict[str, Json]:
    """The result. Raises ``KnownProblem``: exit 1 for a refusal, 4 for a failure."""
    if isinstance(outcome, Done):
        return outcome.result
    leave = EXIT_NO if isinstance(outcome, Refused) else EXIT_UNAVAILABLE
    raise KnownProblem(outcome.code, outcome.message, leave)


def tell_refusal(refused: Refused, as_json: bool) -> int:
    """A person may not, or not now: why, for him and for a script; the exit code."""
    say(refused.message)
    if as_json:
        emit({"refused": refused.code, "message": refused.message})
    return EXIT_NO


@contextmanager
def read_views(profile: Profile) -> Iterator[SqlViews | None]:
    """The read side, while a console runs too; None when nothing was ever logged."""
    if not profile.log_path.exists():
        yield None
        return
    from aliquot.console.store.database import open_database

    views = SqlViews(open_database(profile.log_path, read_only=True))
    try:
        yield views
    finally:
        views.close()


def iso_time(utc_us: int | None) -> str | None:
    """ISO 8601 in UTC with microseconds and ``Z``."""
    if utc_us is None:
        return None
    seconds, micros = divmod(utc_us, 10**6)
    moment = datetime.fromtimestamp(seconds, UTC).replace(microsecond=micros)
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")

"""What the release desk says of how a release stands."""

from __future__ import annotations

from dataclasses import replace

import pytest

from aliquot.console.domain.release_rows import ChannelRow, ReleaseRow
from aliquot.widgets.release import saying
from aliquot.widgets.release.showing import meaning_of

NOW_US = 1_777_662_000_000_000


def embargoed(until_us: int) -> ReleaseRow:
    return ReleaseRow(
        release_id="a" * 32,
        incident_id="i",
        incident_number=1,
        state="embargoed",
        category="crash",
        phrase="plain",
        region_id=1,
        region_label="Mill Road",
        k=8,
        proposer="Ann",
        proposer_id="ann",
        proposed_at_us=NOW_US - 10**9,
        approver="Bea",
        approved_at_us=NOW_US - 10**9,
        embargo_until_us=until_us,
    )


def test_a_release_whose_time_has_come_says_what_it_waits_for() -> None:
    before = meaning_of(embargoed(NOW_US + 60 * 10**6), "embargoed", NOW_US, "F10")
    due = meaning_of(embargoed(NOW_US - 1), "embargoed", NOW_US, "F10")
    assert "Leaves in 01:00" in before
    assert "Leaves in" not in due
    assert "partner" in due


@pytest.mark.parametrize("problem", ["expired", "not_as_approved", "given_up"])
def test_what_was_kept_back_here_is_not_said_to_be_the_partners_doing(
    problem: str,
) -> None:
    row = ChannelRow(
        channel="neighbors",
        body=b"",
        sha256="",
        content_type="application/json",
        state="refused",
        partner="ring",
        last_problem=problem,
    )
    said = saying.CHANNEL_STATES[row.state][0]
    assert said == "not delivered"
    assert saying.tries_text(row) == saying.PROBLEMS[problem]


def test_a_void_release_says_that_another_took_its_place() -> None:
    ended = replace(embargoed(NOW_US), state="voided", reason="type_changed")
    newer = replace(ended, replaced_by="b" * 32)
    assert "proposed anew" not in meaning_of(ended, "voided", NOW_US, "F8")
    assert "proposed anew" in meaning_of(newer, "voided", NOW_US, "F8")

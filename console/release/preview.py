"""What would leave of an incident, now: the answer of `aliquot release preview`."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from typing import Any

from aliquot.console.release import render as rendering
from aliquot.console.release.codes import Channel, Phrase
from aliquot.console.release.constants import PLACEHOLDER, Constants, PublicPlace
from aliquot.console.release.eligibility import (
    Eligible,
    Places,
    Question,
    Withheld,
    assess,
)
from aliquot.console.release.encode import canonical_item, encode
from aliquot.console.release.facts import Facts, facts_of
from aliquot.console.release.policy import Policy
from aliquot.console.release.reasons import ORDER, Reason, withheld_fields
from aliquot.console.release.tripwire import scan

Answers = dict[Channel, Eligible | Withheld]


class _Once:
    """Places that are looked up once for all channels of an answer."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self.region_ids = cache(places.region_ids)
        self.address_points = cache(places.address_points)

    @property
    def public(self) -> Mapping[int, PublicPlace]:
        return self._places.public


def preview(
    incident: Mapping[str, Any],
    policy: Policy,
    places: Places | None,
    now_us: int,
    phrase: Phrase = Phrase.PLAIN,
) -> dict[str, Any]:
    """One answer as JSON values; depends on the coded keys and nothing else of the
    incident. Id and time of publication are placeholders.

    ``encodings`` are the bodies as text, None for a channel that gets nothing.
    """
    facts = facts_of(incident)
    answers = _answers(facts, policy, places, now_us, phrase)
    constants = policy.constants(places.public if places is not None else {})
    item, bodies = _rendered(answers, constants)
    reasons = () if item else _reasons(answers)
    return {
        "eligible": item is not None,
        "reasons": [reason.value for reason in reasons],
        "item": item,
        "withheld": withheld_fields(reasons),
        "encodings": {
            channel.name.lower(): bodies[channel].decode()
            if channel in bodies
            else None
            for channel in Channel
        },
        "policy": {"version": policy.version, "sha256": policy.sha256},
        "channels": {
            channel.name.lower(): [reason.value for reason in _why(answer)]
            for channel, answer in answers.items()
        },
        "item_sha256": hashlib.sha256(canonical_item(item)).hexdigest()
        if item
        else None,
    }


def _answers(
    facts: Facts, policy: Policy, places: Places | None, now_us: int, phrase: Phrase
) -> Answers:
    once = _Once(places) if places is not None else None
    return {
        channel: assess(facts, policy, once, Question(channel, now_us, now_us, phrase))
        for channel in Channel
    }


def _rendered(
    answers: Answers, constants: Constants
) -> tuple[rendering.Item | None, dict[Channel, bytes]]:
    """The one item, and its bodies. A hit of the last look withholds them all."""
    open_to = {c: a.given for c, a in answers.items() if isinstance(a, Eligible)}
    if not open_to:
        return None, {}
    items = [rendering.render(g, constants, PLACEHOLDER) for g in open_to.values()]
    item = items[0]
    bodies = {channel: encode(item, channel) for channel in open_to}
    if any(other != item for other in items) or scan(item, bodies):
        answers |= dict.fromkeys(Channel, Withheld((Reason.OUTPUT_SCAN,)))
        return None, {}
    return item, bodies


def _reasons(answers: Answers) -> tuple[Reason, ...]:
    found = {reason for answer in answers.values() for reason in _why(answer)}
    return tuple(sorted(found, key=ORDER.__getitem__))


def _why(answer: Eligible | Withheld) -> tuple[Reason, ...]:
    return answer.reasons if isinstance(answer, Withheld) else ()

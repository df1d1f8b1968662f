"""What the release desk reads: queue, candidates, both columns, regions."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from aliquot.console.clock import Clock
from aliquot.console.domain.release_rows import (
    ChannelRow,
    PartnerRow,
    PreviewRow,
    RegionRow,
    ReleaseDetail,
    ReleaseRow,
    Releases,
    TreeWaiting,
)
from aliquot.console.domain.rows import IncidentRow, PersonRow
from aliquot.console.release.codes import (
    CATEGORY_KINDS,
    PHRASE_KINDS,
    PHRASE_TEXTS,
    Category,
    Channel,
    Phrase,
)
from aliquot.console.release.constants import PLACEHOLDER, Frozen
from aliquot.console.release.eligibility import Withheld
from aliquot.console.release.encode import CONTENT_TYPES
from aliquot.console.release.policy_force import words_of
from aliquot.console.release.proposal import Proposal
from aliquot.console.release.reasons import reason_words
from aliquot.console.release.release_record import OutboxRow, StoredRelease
from aliquot.console.release.workflow import (
    Now,
    answers_for,
    facts_known,
    item_of,
    known,
    make_proposal,
    publication,
)
from aliquot.console.service.releases import approves, phrase_of
from aliquot.console.service.releases_book import ReleaseSide, Rules
from aliquot.console.service.releases_shown import (
    BECAME,
    knows_of,
    withheld_of,
)
from aliquot.console.store.release_views import ReleaseTables
from aliquot.console.store.tree_views import TreeTables
from aliquot.console.store.views import SqlViews

NO_SECOND = (
    "Nobody but one person may approve a release: two are needed, and one of them "
    "must be a supervisor. Run: aliquot people add"
)
_CLOSED_LOOKED_AT = 200
_HELD = "held"

Attempts = Callable[[str, str, str], int]


def no_attempts(release_id: str, channel: str, partner: str) -> int:
    """Where deliveries are made by another process."""
    return 0


class ReleaseReads:
    """``Releases`` on the reads of one thread."""

    def __init__(
        self,
        views: SqlViews,
        clock: Clock,
        side: ReleaseSide,
        attempts: Attempts = no_attempts,
        partners: Callable[[], tuple[PartnerRow, ...]] | None = None,
    ) -> None:
        self._views = views
        self._tables = ReleaseTables(views.connection)
        self._trees = TreeTables(views.connection)
        self._clock = clock
        self._side = side
        self._attempts = attempts
        self._partners = partners

    def problem(self) -> str | None:
        """Why nothing can be released; None when something can."""
        rules = self._side.rules()
        if rules.problem is not None:
            return rules.problem
        return None if self._two_persons() else NO_SECOND

    def partners(self) -> tuple[PartnerRow, ...]:
        """How deliveries stand, for the status bar."""
        if self._partners is not None:
            return self._partners()
        waiting = self._tables.waiting()
        return tuple(
            PartnerRow(
                partner=p.name, channel=p.channel, waiting=waiting.get(p.name, 0)
            )
            for p in self._side.partners
        )

    def queue(self, limit: int = 200) -> tuple[ReleaseRow, ...]:
        """Open ones first, by age; then those that left or ended, newest first."""
        opened = self._tables.open()
        people, numbers = self._people(), self._tables.numbers()
        rest = self._tables.newest(max(0, limit - len(opened)))
        later = self._tables.replaced_by()
        return tuple(
            _row(r, people, numbers.get(r.incident_id, 0), later.get(r.release_id))
            for r in (*opened, *rest)[:limit]
        )

    def candidates(self, limit: int = 100) -> tuple[PreviewRow, ...]:
        """Incidents that may be proposed now and have no release that is open or
        has left."""
        rules = self._side.rules()
        if (under := rules.under) is None or rules.policy is None:
            return ()
        elsewhere = self._tables.left_under_another(under.tree_sha256)
        busy = self._tables.busy_incidents() | elsewhere
        longest = max((c.expire_us for c in rules.policy.channels.values()), default=0)
        since_us = self._clock.now().utc_us - longest
        found: list[PreviewRow] = []
        for row in self._views.board(closed_limit=_CLOSED_LOOKED_AT):
            if row.incident_id in busy or row.opened_at_us < since_us:
                continue
            preview = self._preview(row, Phrase.PLAIN, rules)
            if preview.eligible:
                found.append(preview)
        found.sort(key=_number)
        return tuple(found[:limit])

    def preview(self, incident_id: str, phrase: str | None = None) -> PreviewRow | None:
        """One incident, eligible or not. None: no such incident, or no such phrase."""
        row, chosen = self._views.incident(incident_id), phrase_of(phrase)
        if row is None or chosen is None:
            return None
        return self._preview(row, chosen, self._side.rules())

    def detail(self, release_id: str) -> ReleaseDetail | None:
        release = self._tables.get(release_id)
        if release is None:
            return None
        people = self._people()
        incident = self._views.incident(release.incident_id)
        knows = {} if incident is None else knows_of(incident, self._views)
        number = 0 if incident is None else incident.number
        later = self._tables.replaced_by().get(release_id)
        return ReleaseDetail(
            row=_row(release, people, number, later),
            knows=knows,
            leaves=dict(item_of(release.item)),
            withheld=withheld_of(knows, ()),
            became={name: key for name, key in BECAME.items() if name in knows},
            item=release.item,
            item_sha256=hashlib.sha256(release.item).hexdigest(),
            policy_sha256=release.policy_sha256,
            tree_sha256=release.tree_sha256,
            policy=self._policy_words(release, people),
            channels=self._channels(release),
            history=tuple(
                (at_us, _name(people, person), what)
                for at_us, person, what in self._tables.history(release_id)
            ),
        )

    def _policy_words(
        self, release: StoredRelease, people: dict[str, PersonRow]
    ) -> str:
        known = self._tables.policies.of(release.policy_sha256)
        signer = None if known is None or known.by is None else known.by
        name = None if signer is None else _name(people, signer)
        return words_of(release.policy_sha256, known, name)

    def tree_waiting(self) -> TreeWaiting | None:
        change = self._trees.open()
        if change is None:
            return None
        asker = _name(self._people(), change.asked.person)
        return TreeWaiting(tree_sha256=change.tree_sha256, asker=asker)

    def region(self, region_id: int) -> RegionRow | None:
        places = self._side.rules().places
        region = None if places is None else places.region(region_id)
        if region is None:
            return None
        return RegionRow(
            region_id=region.id,
            level=region.level,
            label=region.label,
            k=region.parcels,
            point=region.label_point,
            rings=region.outline,
        )

    def _preview(self, row: IncidentRow, phrase: Phrase, rules: Rules) -> PreviewRow:
        made = self._made(row, phrase, rules)
        knows = knows_of(row, self._views)
        shown = PreviewRow(
            incident_id=row.incident_id,
            incident_number=row.number,
            eligible=False,
            reasons=(),
            knows=knows,
        )
        if isinstance(made, Withheld):
            reasons = tuple(reason.value for reason in made.reasons)
            words = {reason: reason_words(reason) for reason in reasons}
            withheld = withheld_of(knows, made.reasons)
            return replace(shown, reasons=reasons, words=words, withheld=withheld)
        return replace(
            shown,
            eligible=True,
            leaves=dict(item_of(made.item)),
            withheld=withheld_of(knows, ()),
            became={name: key for name, key in BECAME.items() if name in knows},
            phrases=phrases_for(made.given.category),
            region_id=made.given.region,
        )

    def _made(
        self, row: IncidentRow, phrase: Phrase, rules: Rules
    ) -> Proposal | Withheld:
        """As it would be proposed, under a placeholder's id."""
        from aliquot.console.release.reasons import Reason

        if rules.policy is None:
            return Withheld((Reason.NOT_IN_POLICY,))
        incident = known(row.fields, row.state, row.opened_at_us)
        now_us = self._clock.now().utc_us
        opened = self._tables.opened(row.incident_id)
        heard_us = None if opened is None else opened[0]
        published = publication(incident, heard_us, rules.policy, now_us)
        answers = answers_for(
            facts_known(incident),
            rules.policy,
            rules.places,
            Now(now_us, published),
            phrase,
            rules.policy.channels,
        )
        under = rules.under
        if under is None:
            return Withheld((Reason.NO_PLACE_TREE,))
        frozen = Frozen(PLACEHOLDER.release_id, published)
        return make_proposal(answers, under, frozen, "")

    def _channels(self, release: StoredRelease) -> tuple[ChannelRow, ...]:
        """A row for each delivery; for a channel without one, a row of what is held."""
        deliveries = self._tables.deliveries(release.release_id)
        rows: list[ChannelRow] = []
        for channel in release.channels:
            name = channel.name.lower()
            frozen = _frozen(release, channel)
            own = [d for d in deliveries if d.channel == name]
            rows += [self._delivery(frozen, d) for d in own] or [frozen]
        return tuple(rows)

    def _delivery(self, frozen: ChannelRow, row: OutboxRow) -> ChannelRow:
        return replace(
            frozen,
            state=row.state,
            partner=row.partner,
            attempts=self._attempts(row.release_id, row.channel, row.partner),
            last_problem=row.problem,
            receipt=row.receipt,
            receipt_at_us=row.receipt_at_us,
        )

    def _two_persons(self) -> bool:
        """One who may approve, and another who may propose to him."""
        people = self._views.people()
        approvers = [p for p in people if approves(p.role)]
        proposers = [p for p in people if proposes(p.role)]
        return bool(approvers) and len({p.person_id for p in proposers}) > 1

    def _people(self) -> dict[str, PersonRow]:
        return {person.person_id: person for person in self._views.people()}


if TYPE_CHECKING:
    _is_releases: type[Releases] = ReleaseReads


def proposes(role: str) -> bool:
    from aliquot.console.domain.people import Act, may, parse_role

    found = parse_role(role)
    return found is not None and may(found, Act.PROPOSE_RELEASES)


def phrases_for(category: Category) -> tuple[tuple[str, str], ...]:
    """(code, words) of the phrases that may be said beside a category."""
    kind = CATEGORY_KINDS[category]
    return tuple(
        (phrase.name.lower(), words)
        for phrase, words in PHRASE_TEXTS.items()
        if kind in PHRASE_KINDS[phrase]
    )


def _row(
    release: StoredRelease,
    people: dict[str, PersonRow],
    number: int,
    replaced_by: str | None,
) -> ReleaseRow:
    approval, embargo = release.approval, release.embargo
    said = release.said
    return ReleaseRow(
        release_id=release.release_id,
        incident_id=release.incident_id,
        incident_number=number,
        state=release.state.value,
        category=said.category.name.lower(),
        phrase=said.phrase.name.lower(),
        region_id=said.region,
        region_label=release.label,
        k=release.parcels,
        proposer=_name(people, release.proposer),
        proposer_id=release.proposer,
        proposed_at_us=release.proposed_at_us,
        approver=None if approval is None else _name(people, approval.approver),
        approved_at_us=None if approval is None else approval.at_us,
        embargo_until_us=None if embargo is None else embargo.until_us,
        sent_at_us=release.sent_at_us,
        confirmed_at_us=release.confirmed_at_us,
        ended_at_us=release.ended_at_us,
        reason=release.reason,
        replaced_by=replaced_by,
    )


def _frozen(release: StoredRelease, channel: Channel) -> ChannelRow:
    body = release.bodies[channel.name.lower()]
    return ChannelRow(
        channel=channel.name.lower(),
        body=body,
        sha256=hashlib.sha256(body).hexdigest(),
        content_type=CONTENT_TYPES[channel],
        state=_HELD,
    )


def _name(people: dict[str, PersonRow], person_id: str) -> str:
    found = people.get(person_id)
    return found.name if found is not None else person_id


def _number(row: PreviewRow) -> int:
    return row.incident_number

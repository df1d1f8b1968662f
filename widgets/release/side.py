"""All of the release side that a window has: docks, drawer page, line, keys, title."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from aliquot.console.domain.ports import Changed
from aliquot.widgets.actions import Act, ActionBook
from aliquot.widgets.arrangement import Arrangement, Perspective
from aliquot.widgets.bridge import Bridge
from aliquot.widgets.map.model import MapRegion
from aliquot.widgets.release import rights
from aliquot.widgets.release.bytes_page import BytesPage
from aliquot.widgets.release.desk import ACTS, ReleaseDesk
from aliquot.widgets.release.detail import DetailPanel
from aliquot.widgets.release.propose_line import ProposeLine, ProposeOpened
from aliquot.widgets.release.queue import QueuePanel
from aliquot.widgets.release.showing import map_region
from aliquot.widgets.release.wanted import RegionWanted
from aliquot.widgets.signals import SignalOf
from aliquot.widgets.subject import OnHand, Subject
from aliquot.widgets.theme.look import Look

NO_INCIDENT = "No incident is on hand: create it first, or choose one on the board."
ELSEWHERE = "That is done on the release desk: {key} goes there."


class RegionShown:
    """What the map should show. ``plain``: without cameras and units."""

    def __init__(
        self,
        region: MapRegion | None,
        plain: bool,
        spot: tuple[float, float] | None = None,
    ) -> None:
        self.region, self.plain, self.spot = region, plain, spot


class ReleaseSide(QObject):
    """The window asks it for its parts, and hands it the acts of a release."""

    map_wanted = SignalOf[RegionShown](object)

    def __init__(
        self,
        bridge: Bridge,
        book: ActionBook,
        look: Look,
        subject: Subject,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._bridge, self._book, self._subject = bridge, book, subject
        self.queue = QueuePanel(bridge, look)
        self.detail = DetailPanel(book, look)
        self.page = BytesPage(look)
        self.line = ProposeLine(bridge, look)
        self.desk = ReleaseDesk(bridge, book, self.queue, self.detail, self.page, self)
        self.perspective = Perspective.DESK
        self.desk.region.connect(self._region_of_desk)
        self.line.opened.connect(self._region_of_line)
        subject.changed.connect(self._on_hand)

    @staticmethod
    def knows(act: Act) -> bool:
        return act in ACTS

    def do(self, act: Act, say: Callable[[str, bool], None]) -> None:
        """Begin an act where it belongs, or say why not."""
        if self.perspective is Perspective.RELEASES:
            self.desk.do(act)
            return
        if act is not Act.PROPOSE:
            say(ELSEWHERE.format(key=self._book.key_text(Act.RELEASES)), True)
            return
        incident = self._subject.now.incident_id
        reason = self._why_no_proposal()
        if reason is None and incident is not None:
            reason = self.line.begin(incident)
        if reason is not None:
            say(reason, True)

    def back(self) -> bool:
        """Esc; False when nothing was asked."""
        if self.line.leave():
            return True
        return self.perspective is Perspective.RELEASES and self.desk.back()

    def turned(self, perspective: Perspective) -> None:
        self.perspective = perspective
        self.line.leave()
        if perspective is Perspective.RELEASES:
            self.desk.entered()
        else:
            self.desk.leave_ask()
            self.map_wanted.emit(RegionShown(None, False))
        self.reasons()

    def set_kind(self, kind: Arrangement) -> None:
        """How much room there is across."""
        self.queue.set_kind(kind)
        self.detail.answer.set_folded(kind is Arrangement.FOLDED)

    def refresh(self, changed: Changed | None) -> None:
        if changed is None or changed.any_of("release:", "session", "incident:"):
            self.reasons()

    def focus_moved(self, now: QWidget | None) -> None:
        """Working elsewhere puts the line away; what leaves is asked anew."""
        if now is not None and self.line.is_open and not self.line.isAncestorOf(now):
            self.line.leave()

    def reasons(self) -> None:
        if self.perspective is Perspective.RELEASES:
            reason = self.desk.reason(Act.PROPOSE)
        else:
            reason = self._why_no_proposal()
        self._book.set_reason(Act.PROPOSE, reason)

    def _why_no_proposal(self) -> str | None:
        if self._subject.now.incident_id is None:
            return NO_INCIDENT
        key = self._book.key_text(Act.SIGN_IN)
        role = rights.role_here(self._bridge)
        joined = self._bridge.actor.joined
        not_he = rights.why_not(Act.PROPOSE, role, joined, key)
        return self._bridge.releases.problem() or not_he

    @Slot(object)
    def _on_hand(self, _on_hand: OnHand) -> None:
        if self.perspective is Perspective.DESK:
            self.reasons()

    @Slot(object)
    def _region_of_desk(self, wanted: RegionWanted) -> None:
        if self.perspective is Perspective.RELEASES:
            region = self._region(wanted.region_id)
            self.map_wanted.emit(RegionShown(region, True, wanted.spot))
            self.reasons()

    @Slot(object)
    def _region_of_line(self, opened: ProposeOpened) -> None:
        self.map_wanted.emit(RegionShown(self._region(opened.region_id), False))

    def _region(self, region_id: int | None) -> MapRegion | None:
        if region_id is None:
            return None
        return map_region(self._bridge.releases.region(region_id))

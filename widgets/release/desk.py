"""The release desk: what is picked, what may be done with it, and the asking in line.

It sends commands and shows what came of them; every rule is the console's.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Slot

from aliquot.console.domain.commands import (
    ApproveRelease,
    Command,
    Done,
    Outcome,
    ProposeRelease,
    RefuseRelease,
    RetractRelease,
    WithdrawRelease,
)
from aliquot.console.domain.ports import Changed
from aliquot.console.domain.release_rows import PreviewRow, ReleaseDetail
from aliquot.widgets.actions import Act, ActionBook
from aliquot.widgets.bridge import Bridge
from aliquot.widgets.command.sign_in import person_name
from aliquot.widgets.release import endings, rights, saying
from aliquot.widgets.release.ask import Answered, Turned
from aliquot.widgets.release.bytes_page import BytesPage
from aliquot.widgets.release.detail import DetailPanel
from aliquot.widgets.release.queue import QueuePanel, QueuePicked
from aliquot.widgets.release.saying import Picked
from aliquot.widgets.release.showing import (
    Shown,
    meaning_of,
    shown_candidate,
    shown_release,
    spot_of,
    tree_text,
)
from aliquot.widgets.release.wanted import BytesWanted, RegionWanted
from aliquot.widgets.signals import SignalOf

CALLED_BACK = "What others copied cannot be called back."
ACTS = (Act.PROPOSE, Act.APPROVE, Act.REFUSE, Act.WITHDRAW, Act.RETRACT, Act.BYTES)
_ENDINGS: dict[Act, tuple[str, str]] = {
    Act.REFUSE: (endings.REFUSE, "Refused. Nothing left."),
    Act.WITHDRAW: (endings.WITHDRAW, "Withdrawn. Nothing left."),
    Act.RETRACT: (endings.RETRACT, f"Corrected. {CALLED_BACK}"),
}


_MAIN = {"candidate": Act.PROPOSE, "proposed": Act.APPROVE}
"""What Enter on a line of the queue begins; the exact bytes for all other states."""


class ReleaseDesk(QObject):
    """``region`` says what the map should show, ``bytes_wanted`` opens the drawer."""

    region = SignalOf[RegionWanted](object)
    bytes_wanted = SignalOf[BytesWanted](object)

    def __init__(
        self,
        bridge: Bridge,
        book: ActionBook,
        queue: QueuePanel,
        detail: DetailPanel,
        page: BytesPage,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._bridge, self._book = bridge, book
        self.queue, self.panel, self.page = queue, detail, page
        self._picked: Picked | None = None
        self._detail: ReleaseDetail | None = None
        self._preview: PreviewRow | None = None
        self._asking: Act | None = None
        self._signing: str | None = None  # hash of the item the approver was asked for
        self._said_for: str | None = None
        self._ended_by = Act.REFUSE
        self._begin: dict[Act, Callable[[], None]] = {
            Act.PROPOSE: self._ask_phrase,
            Act.APPROVE: self._ask_password,
            Act.REFUSE: partial(self._ask_ending, Act.REFUSE),
            Act.WITHDRAW: partial(self._ask_ending, Act.WITHDRAW),
            Act.RETRACT: partial(self._ask_ending, Act.RETRACT),
            Act.BYTES: self._show_bytes,
        }
        queue.picked.connect(self._on_picked)
        detail.answer.ask.answered.connect(self._on_answered)
        detail.answer.ask.turned.connect(self._on_turned)

    @property
    def picked(self) -> Picked | None:
        return self._picked

    @property
    def state(self) -> str | None:
        if self._detail is not None:
            return self._detail.row.state
        return saying.CANDIDATE if self._preview is not None else None

    @property
    def region_id(self) -> int | None:
        if self._detail is not None:
            return self._detail.row.region_id
        return self._preview.region_id if self._preview is not None else None

    # what is shown

    def refresh(self, changed: Changed | None) -> None:
        """Read again what is shown. What was asked in line stays asked."""
        if changed is not None and not changed.any_of(
            "release:", "incident:", "session", "tree:"
        ):
            return
        if changed is not None and changed.any_of("session"):
            self.leave_ask()
        if self._picked is None and changed is not None and changed.any_of("session"):
            self.pick(self.queue.first())
        self._read()

    def tick(self, now_us: int) -> None:
        if self._detail is not None:
            self.panel.meaning.setText(self._meaning())

    def entered(self) -> None:
        """The perspective was opened by a key: something is shown at once."""
        if self._picked is None:
            self.pick(self.queue.first())
        self.queue.table.setFocus()
        self._read()

    def pick(self, picked: Picked | None) -> None:
        if picked == self._picked:
            return
        self._picked = picked
        self.leave_ask()
        self.panel.answer.say("")
        self._read()
        self.queue.choose(picked)

    def _read(self) -> None:
        reader = self._bridge.releases
        self.panel.show_problem(reader.problem())
        self.panel.show_tree(tree_text(reader.tree_waiting()))
        self._detail, self._preview = None, None
        picked = self._picked
        if picked is not None and picked.release_id is not None:
            self._detail = reader.detail(picked.release_id)
        elif picked is not None and picked.incident_id is not None:
            chosen = self.panel.answer.ask.choice.code
            phrase = chosen if self._asking is Act.PROPOSE else None
            self._preview = reader.preview(picked.incident_id, phrase)
        self._show()

    def _show(self) -> None:
        panel, state = self.panel, self.state
        known = self._detail or self._preview
        spot = spot_of(known.knows) if known is not None else None
        self.region.emit(RegionWanted(self.region_id, spot))
        self.page.show_detail(self._detail)
        shown = self._shown()
        if state is None or shown is None:
            panel.show_nothing()
        else:
            title, pair, channels = shown.title, shown.pair, shown.channels
            panel.show_release(title, state, self._meaning(), pair, channels)
        self._offer(state)

    def _shown(self) -> Shown | None:
        if self._detail is not None:
            return shown_release(self._detail)
        if self._preview is not None:
            return shown_candidate(self._preview, self._bridge.releases)
        return None

    def _meaning(self) -> str:
        key = self._book.key_text(Act.PROPOSE)
        now = self._bridge.now_us()
        row = self._detail.row if self._detail else None
        return meaning_of(row, self.state or "", now, key)

    def _offer(self, state: str | None) -> None:
        known = [a for a in ACTS if state in rights.STATES.get(a, ())]
        if self._detail is not None:
            known.append(Act.BYTES)
        self.panel.answer.offer(known)
        for act in ACTS:
            if act is not Act.PROPOSE:  # the desk has a say in that too
                self._book.set_reason(act, self.reason(act))
        main = _MAIN.get(state or "")
        if main is not None:
            self.panel.answer.light(main, self.reason(main) is None)
        if self._asking is not None and self.reason(self._asking) is not None:
            self.leave_ask()
        self._say_standing()

    def reason(self, act: Act) -> str | None:
        """Why an act cannot be done with what is picked; None when it can."""
        state = self.state
        if state is None:
            return rights.NOTHING
        if act is Act.BYTES:
            none = "Nothing is frozen before it is proposed."
            return None if self._detail else none
        key = self._book.key_text(Act.SIGN_IN)
        role, me = rights.role_here(self._bridge), self._bridge.actor
        found = rights.wrong_state(act, state)
        if found is None and self._detail is not None:
            row = self._detail.row
            found = rights.own(act, row, me.person, role, me.joined)
        found = found or rights.why_not(act, role, me.joined, key)
        if found is None and act is Act.PROPOSE:
            found = self._not_eligible()
        return found

    def _not_eligible(self) -> str | None:
        problem = self._bridge.releases.problem()
        if problem:
            return problem
        found = self._preview
        if found is not None and not found.eligible:
            return " ".join(saying.reason_text(r, found.words) for r in found.reasons)
        return None

    def _say_standing(self) -> None:
        """Under the buttons, before anything is asked: why the main one is grey."""
        if self._asking is not None or self._picked is None:
            return
        if self._said_for == f"{self._picked.key} {self.state}":
            return
        main = _MAIN.get(self.state or "")
        self.panel.answer.say((self.reason(main) or "") if main is not None else "")

    # what is done

    def do(self, act: Act) -> None:
        """Begin an act, or say in its place why not."""
        reason = self.reason(act)
        if reason is not None:
            self.leave_ask()
            self._say(reason, bad=True)
        else:
            self._begin[act]()

    def back(self) -> bool:
        """Esc: leave the question, hold the release as it is; False: nothing asked."""
        if self._asking is None:
            return False
        self.leave_ask()
        self._say("Left as it was.")
        return True

    def leave_ask(self) -> None:
        ask = self.panel.answer.ask
        had, was = ask.has_focus(), self._asking
        self._asking, self._signing = None, None
        ask.close_ask()
        if had:
            self.queue.table.setFocus()
        if was is Act.PROPOSE and self._preview is not None:
            self._read()

    def _ask_phrase(self) -> None:
        assert self._preview is not None
        offered = [(c, t or "no phrase beside it") for c, t in self._preview.phrases]
        hint = saying.hint("proposes")
        self._asking = Act.PROPOSE
        self._say("A second person will see exactly what stands above.")
        ask = self.panel.answer.ask
        ask.ask_choice("Phrase", offered or [("", "no phrase")], hint, "Phrase")
        self._read()

    def _ask_password(self) -> None:
        assert self._detail is not None
        self._asking, self._signing = Act.APPROVE, self._detail.item_sha256
        count = len(self._detail.channels)
        bodies = "1 body" if count == 1 else f"{count} bodies"
        self._say(
            f"You sign {bodies} and the item, SHA-256 {self._signing[:16]}…, place tree "
            f"and {self._detail.policy or 'policy'}.",
            release=True,
        )
        name = person_name(self._bridge) or ""
        ask = self.panel.answer.ask
        ask.ask_password(f"Password of {name}", saying.hint("signs"))

    def _ask_ending(self, act: Act) -> None:
        """Retracting takes two keys: its own, and Enter."""
        kind, _ = _ENDINGS[act]
        self._asking = act
        if act is Act.RETRACT:
            self._say(f"Every channel that got it is told. {CALLED_BACK}", release=True)
        else:
            self._say("It stays here; nothing of it leaves.")
        verb = f"{kind}s" if act is not Act.RETRACT else "retracts it"
        ask = self.panel.answer.ask
        choices = endings.choices_for(kind)
        ask.ask_choice(
            f"{kind.capitalize()} because", choices, saying.hint(verb), "Reason"
        )

    def _show_bytes(self) -> None:
        self.bytes_wanted.emit(BytesWanted())

    # slots

    @Slot(object)
    def _on_picked(self, asked: QueuePicked) -> None:
        self.pick(asked.picked)
        if asked.opened:
            self.do(_MAIN.get(self.state or "", Act.BYTES))

    @Slot(object)
    def _on_turned(self, _turned: Turned) -> None:
        if self._asking is Act.PROPOSE:
            self._read()

    @Slot(object)
    def _on_answered(self, answered: Answered) -> None:
        act = self._asking
        if act is Act.PROPOSE and self._preview is not None:
            incident = self._preview.incident_id
            phrase = answered.value or None
            command = ProposeRelease(incident_id=incident, phrase=phrase)
            self._bridge.submit(command, self._proposed)
        elif act is Act.APPROVE:
            self._sign(answered.value)
        elif act in _ENDINGS and self._detail is not None:
            self._end(act, answered.value)

    def _sign(self, password: str) -> None:
        """The password goes into the command and is kept nowhere else."""
        if self._detail is None:
            return
        if not password:
            self._say("Type the password of your key.", bad=True)
            return
        command = ApproveRelease(
            release_id=self._detail.row.release_id,
            password=password,
            item_sha256=self._signing,
        )
        self._say("One moment …")
        self._bridge.submit(command, self._signed)

    def _end(self, act: Act, reason: str) -> None:
        assert self._detail is not None
        release_id = self._detail.row.release_id
        made: dict[Act, Command] = {
            Act.REFUSE: RefuseRelease(release_id=release_id, reason=reason),
            Act.WITHDRAW: WithdrawRelease(release_id=release_id, reason=reason),
            Act.RETRACT: RetractRelease(release_id=release_id, reason=reason),
        }
        self._ended_by = act
        self._bridge.submit(made[act], self._ended)

    def _proposed(self, outcome: Outcome) -> None:
        if isinstance(outcome, Done):
            release_id = outcome.result.get("release_id")
            self.leave_ask()
            self.pick(Picked(release_id=str(release_id)))
            self._say("Proposed. A second person must sign before it leaves.")
        else:
            self._say(outcome.message, bad=True)

    def _signed(self, outcome: Outcome) -> None:
        if isinstance(outcome, Done):
            self.leave_ask()
            self._read()
            self._say("Signed. It leaves when its embargo is over.", release=True)
        else:
            self._say(outcome.message, bad=True)
            if self._asking is Act.APPROVE:
                self.panel.answer.ask.mark_wrong(True)

    def _ended(self, outcome: Outcome) -> None:
        if isinstance(outcome, Done):
            self.leave_ask()
            self._read()
            left = self._ended_by is Act.RETRACT
            self._say(_ENDINGS[self._ended_by][1], release=left)
        else:
            self._say(outcome.message, bad=True)

    def _say(self, text: str, bad: bool = False, release: bool = False) -> None:
        picked = self._picked
        self._said_for = f"{picked.key} {self.state}" if picked else None
        self.panel.answer.say(text, bad, release)

"""The forms, one a tab. Opened by a person or by what was saved, never by a line."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QApplication,
    QGridLayout,
    QStackedLayout,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from aliquot.console.domain.ports import Changed
from aliquot.console.domain.rows import CallDetail, CallRow, DraftRow, IncidentRow
from aliquot.widgets.actions import Act, ActionBook
from aliquot.widgets.bridge import Bridge
from aliquot.widgets.codes import TypeTable
from aliquot.widgets.intake.foreign import show_foreign
from aliquot.widgets.intake.form import IntakeForm
from aliquot.widgets.intake.rebid import RebidTurned
from aliquot.widgets.intake.values import FormChanged, FormData, from_body, new_form_id
from aliquot.widgets.parts import KeyButton, label
from aliquot.widgets.pointing import PlacePointed
from aliquot.widgets.signals import SignalOf
from aliquot.widgets.subject import OnHand, Subject
from aliquot.widgets.theme.look import Look

FOLDED_ACROSS = 3  # keys in a row where there is little room


class IntakeTabs(QWidget):
    """Holds the forms and the buttons below them. ``said`` is for the message line."""

    said = SignalOf[FormChanged](object)

    def __init__(
        self,
        bridge: Bridge,
        book: ActionBook,
        look: Look,
        types: TypeTable,
        subject: Subject,
    ) -> None:
        super().__init__()
        self.refuge: QWidget | None = None  # has the focus once no form is left
        self.setObjectName("panel")
        self._bridge, self._book, self._look = bridge, book, look
        self._types, self._subject = types, subject
        self._asked_to_discard: tuple[str, int] | None = None
        self._passing: IntakeForm | None = None  # only looked at so far
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setAccessibleName("Forms")
        self.tabs.tabBar().setExpanding(False)
        self.tabs.currentChanged.connect(self._turned)
        self._create = KeyButton(book, Act.SAVE, look, main=True)
        self._build()

    # forms

    @property
    def forms(self) -> tuple[IntakeForm, ...]:
        found = (self.tabs.widget(i) for i in range(self.tabs.count()))
        return tuple(f for f in found if isinstance(f, IntakeForm))

    @property
    def current(self) -> IntakeForm | None:
        form = self.tabs.currentWidget()
        return form if isinstance(form, IntakeForm) else None

    def open_form(self, data: FormData | None = None) -> IntakeForm:
        """A person asked for a form: it comes to the front."""
        form = self._add(data)
        self.tabs.setCurrentWidget(form)
        return form

    def calls(self) -> tuple[str, ...]:
        """Calls that are in a form which has no incident yet."""
        return tuple(f.data.call_id for f in self.forms if f.data.call_id is not None)

    def form_for_taking(self) -> IntakeForm:
        """The current form when nothing is in it, else a new one."""
        form = self.current
        if form and form.data.incident_id is None and not form.unsaved:
            return form
        return self.open_form()

    def take_call(self, row_: CallRow) -> IntakeForm:
        form = self.form_for_taking()
        form.take_call(row_)
        self._name(form)
        form.begin()
        return form

    def open_incident(self, row_: IncidentRow) -> IntakeForm:
        form = self.form_of(row_.incident_id)
        if form is None:
            key = row_.incident_id
            form = self.open_form(FormData(form_id=new_form_id(), incident_id=key))
        form.show_incident(row_)
        show_foreign(form, row_)
        self.tabs.setCurrentWidget(form)
        self._name(form)
        self._subject.take(form.on_hand)
        return form

    def look_at(self, row_: IncidentRow) -> IntakeForm:
        """Its form comes to the front. One that was only looked at before, with
        nothing typed, makes room."""
        before, known = self._passing, self.form_of(row_.incident_id)
        form = self.open_incident(row_)
        if known is None:
            self._passing = form
        if before is not None and before is not form and not self._used(before):
            self._remove(before)
        return form

    def _used(self, form: IntakeForm) -> bool:
        return form not in self.forms or bool(form.edits) or form.unsaved

    def form_of(self, key: str | None) -> IntakeForm | None:
        """By form id or by incident id."""
        for form in self.forms:
            if key is not None and key in (form.data.form_id, form.data.incident_id):
                return form
        return None

    def recover(self, drafts: tuple[DraftRow, ...]) -> int:
        """What was typed before the program ended last; how many forms."""
        forms = [d for d in drafts if d.body.get("kind") == "form"]
        for draft in forms:
            form = self._add(from_body(draft.form_id, draft.body))
            self._recover_incident(form)
            form.mark_recovered(draft.saved_at_us)
            self._name(form)
        return len(forms)

    def close_current(self) -> str | None:
        """Ctrl+W; what must be said first, None when the form is closed."""
        form = self.current
        if form is None:
            return "No form is open."
        asked = (form.data.form_id, form.edits)
        if form.unsaved and self._asked_to_discard != asked:
            self._asked_to_discard = asked
            key = self._book.key_text(Act.DISCARD)
            return f"This form is not saved. {key} once more throws it away."
        self._asked_to_discard = None
        form.drop()
        self._remove(form)
        return None

    def back(self) -> bool:
        """Esc: put away what is open in a form; False when nothing was."""
        form = self.current
        return form is not None and (
            form.fields.kind.dismiss() or form.fields.place.dismiss()
        )

    def next_form(self) -> None:
        if self.tabs.count() > 1:
            self.tabs.setCurrentIndex(
                (self.tabs.currentIndex() + 1) % self.tabs.count()
            )

    def flush(self) -> None:
        for form in self.forms:
            form.flush()

    def put_away(self) -> None:
        """Another person sits here now: what is typed is kept, and out of sight."""
        for form in self.forms:
            form.flush()
            self._remove(form)

    # changes

    @Slot(object)
    def place_pointed(self, at: PlacePointed) -> None:
        """Pointed at on the map: into the form in front, or into a new one."""
        form = self.current or self.open_form()
        form.place.pointed(at)

    def refresh(self, changed: Changed | None) -> None:
        for form in self.forms:
            if changed is not None and changed.any_of("geofile"):
                form.place.geofile_came()
            self._refresh_form(form, changed)

    def tick(self, now_us: int) -> None:
        pass

    def _refresh_form(self, form: IntakeForm, changed: Changed | None) -> None:
        call, incident = form.data.call_id, form.data.incident_id
        if call and (changed is None or changed.any_of(f"call:{call}")):
            _follow(form, self._bridge.views.call(call))
        if incident and changed and changed.any_of(f"incident:{incident}"):
            row_ = self._bridge.views.incident(incident)
            if row_ is not None and not form.busy:
                form.show_incident(row_)
                show_foreign(form, row_)

    def _recover_incident(self, form: IntakeForm) -> None:
        """Typed changes of an incident are laid over what the log says."""
        if form.data.incident_id is not None:
            row_ = self._bridge.views.incident(form.data.incident_id)
            if row_ is not None:
                form.lay_over(row_)
        if form.data.call_id is not None:
            _follow(form, self._bridge.views.call(form.data.call_id))

    def _add(self, data: FormData | None) -> IntakeForm:
        form = IntakeForm(self._bridge, self._book, self._look, self._types, data)
        form.changed.connect(self._form_changed)
        form.rebid.set_folded(self._folded)
        form.rebid.turned.connect(self._make_room)
        self.tabs.addTab(form, form.title)
        self._show_pages()
        return form

    def _remove(self, form: IntakeForm) -> None:
        """Who typed in it goes on in the next one, else in the refuge."""
        focus = QApplication.focusWidget()
        held = focus is not None and form.isAncestorOf(focus)
        self.tabs.removeTab(self.tabs.indexOf(form))
        form.changed.disconnect(self._form_changed)
        form.hide()
        form.deleteLater()
        self._show_pages()
        after = self.current.fields.kind if self.current else self.refuge
        if held and after is not None:
            after.setFocus()
        if self.current is None:
            self._subject.take(OnHand())

    @Slot(object)
    def _form_changed(self, changed: FormChanged) -> None:
        form = self.sender()
        if isinstance(form, IntakeForm):
            self._name(form)
            if self._subject.now.key in (changed.form_id, form.on_hand.key):
                self._subject.take(form.on_hand)
        if changed.said:
            self.said.emit(changed)

    def _name(self, form: IntakeForm) -> None:
        at = self.tabs.indexOf(form)
        if at >= 0 and self.tabs.tabText(at) != form.title:
            self.tabs.setTabText(at, form.title)
        if form is self.current:
            known = form.data.incident_id is not None
            self._create.set_text("Update" if known else "Create")

    @Slot(int)
    def _turned(self, _index: int) -> None:
        self._asked_to_discard = None
        if self.current is not None:
            self._name(self.current)
            self._subject.take(self.current.on_hand)
        self._make_room()

    def _build(self) -> None:
        book, look = self._book, self._look
        acts = (Act.DISPATCH, Act.CLOSE_INCIDENT, Act.REBID, Act.PROPOSE)
        self.keys = (self._create, *(KeyButton(book, act, look) for act in acts))
        keys = self._key_box = QGridLayout()
        keys.setHorizontalSpacing(look.space(2))
        keys.setVerticalSpacing(look.space())
        self.set_folded(False)
        discard = KeyButton(book, Act.DISCARD, look, flat=True)
        self.tabs.setCornerWidget(discard, Qt.Corner.TopRightCorner)
        full = QWidget()
        box = QVBoxLayout(full)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(look.space(1.5))
        box.addWidget(self.tabs, 1)
        keys.setContentsMargins(look.space(3), 0, look.space(3), 0)
        box.addLayout(keys)
        box.addSpacing(look.space(1.5))
        self._pages = QStackedLayout(self)
        self._pages.addWidget(full)
        self._pages.addWidget(self._nothing())
        self._show_pages()

    def set_folded(self, folded: bool) -> None:
        """Little room across: the keys stand in two rows, the first ones at the foot."""
        self._folded = folded
        for form in self.forms:
            form.rebid.set_folded(folded)
        across = FOLDED_ACROSS if folded else len(self.keys)
        for at, key in enumerate(self.keys):
            self._key_box.removeWidget(key)
            self._key_box.addWidget(key, int(at < across), at % across)
        for at in range(len(self.keys) + 1):
            self._key_box.setColumnStretch(at, int(at == across))
        self._make_room()

    @Slot(object)
    def _make_room(self, _turned: RebidTurned | None = None) -> None:
        """Folded, a newer record stands in the place of the upper row of keys, so that
        the fields are still seen. Who is at one of those keys keeps it."""
        form = self.current
        wanted = self._folded and form is not None and form.rebid.shown
        upper = self.keys[FOLDED_ACROSS:]
        for key in upper:
            key.setVisible(not wanted or any(k.hasFocus() for k in upper))

    def _nothing(self) -> QWidget:
        book = self._book
        text = label(
            "No form is open.\n\n"
            f"{book.key_text(Act.TAKE)} takes the waiting call, or opens an empty form "
            "when none waits.\n"
            f"{book.key_text(Act.NEW_FORM)} opens an empty form at any time. "
            "No line is needed.",
            name="empty",
            wrap=True,
        )
        text.setAlignment(Qt.AlignmentFlag.AlignTop)
        return text

    def _show_pages(self) -> None:
        self._pages.setCurrentIndex(0 if self.tabs.count() else 1)
        self._book.set_reason(
            Act.DISCARD, None if self.tabs.count() else "No form is open."
        )


def _follow(form: IntakeForm, detail: CallDetail | None) -> None:
    form.follow_call(detail)
    form.fields.offer.told(detail)

"""Everything a person can do, as a table: key, name, what it does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from aliquot.widgets.signals import SignalOf


class Act(Enum):
    """Stable names: they are in the settings of changed keys."""

    TAKE = "take"
    ASIDE = "aside"
    NEW_FORM = "new_form"
    REBID = "rebid"
    CALL_BACK = "call_back"
    CALLER_PLACE = "caller_place"
    CALLER_POINT = "caller_point"
    SEND_LINK = "send_link"
    DISPATCH = "dispatch"
    DISPATCH_MORE = "dispatch_more"
    NEXT_PENDING = "next_pending"
    NOTE = "note"
    PROPOSE = "propose"
    APPROVE = "approve"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    RETRACT = "retract"
    BYTES = "bytes"
    CHECK_LINES = "check_lines"
    CLOSE_INCIDENT = "close_incident"
    HAND_OVER = "hand_over"
    HEARD = "heard"
    SAVE = "save"
    DISCARD = "discard"
    NEXT_FORM = "next_form"
    COMMAND = "command"
    PALETTE = "palette"
    KEYS = "keys"
    BACK = "back"
    SIGN_IN = "sign_in"
    SIGN_OUT = "sign_out"
    DESK = "desk"
    RELEASES = "releases"
    TO_FORM = "to_form"
    PRIORITY = "priority"
    TO_BOARD = "to_board"
    TO_UNITS = "to_units"
    TO_CAMERAS = "to_cameras"
    TO_QUEUE = "to_queue"
    TO_MAP = "to_map"
    MAP_FIND = "map_find"
    MAP_PRINT = "map_print"
    MAP_WALL = "map_wall"
    CLOSED = "closed"
    LARGER = "larger"
    SMALLER = "smaller"
    NORMAL_SIZE = "normal_size"
    THEME = "theme"
    MOTION = "motion"
    LAB = "lab"
    LAB_OPEN = "lab_open"
    LAB_LEARN = "lab_learn"
    LAB_SAVE = "lab_save"
    LAB_CASE = "lab_case"
    LAB_REPORT = "lab_report"


class Group(Enum):
    CALLS = "Calls"
    INCIDENT = "Incident"
    RELEASE = "Release"
    LAB = "Line lab"
    GO = "Go to"
    MAP = "Map"
    DESK = "Desk"


@dataclass(frozen=True, slots=True)
class ActSpec:
    """``short`` is on the button, ``title`` in the palette and the list of keys."""

    act: Act
    group: Group
    key: str
    short: str
    title: str


_C, _I, _G, _D = Group.CALLS, Group.INCIDENT, Group.GO, Group.DESK
_R, _L, _M = Group.RELEASE, Group.LAB, Group.MAP
ACTS: tuple[ActSpec, ...] = (
    ActSpec(Act.TAKE, _C, "F2", "Take call", "Take the waiting call into a new form"),
    ActSpec(Act.ASIDE, _C, "Shift+F2", "Set aside", "Set the waiting call aside"),
    ActSpec(Act.NEW_FORM, _C, "Ctrl+N", "New form", "Open an empty form"),
    ActSpec(Act.REBID, _C, "F3", "Rebid", "Ask for the record again"),
    ActSpec(Act.CALL_BACK, _C, "Shift+F3", "Call back", "Call the caller back"),
    ActSpec(Act.CALLER_PLACE, _C, "F4", "Use", "Take caller's place as incident place"),
    ActSpec(Act.CALLER_POINT, _C, "Shift+F4", "Caller is here", "Use the location"),
    ActSpec(Act.SEND_LINK, _C, "Alt+L", "Send link", "Send the caller a location link"),
    ActSpec(Act.CHECK_LINES, _C, "F9", "Check lines", "Say how each line stands"),
    ActSpec(Act.HEARD, _C, "F10", "Heard", "Calls heard, and bytes not understood"),
    ActSpec(Act.SAVE, _I, "Ctrl+Return", "Create", "Create or update the incident"),
    ActSpec(Act.DISPATCH, _I, "F5", "Dispatch", "Dispatch chosen or recommended unit"),
    ActSpec(Act.DISPATCH_MORE, _I, "Shift+F5", "One more", "Dispatch one more unit"),
    ActSpec(Act.NEXT_PENDING, _I, "F6", "Next", "Choose the next pending incident"),
    ActSpec(Act.NOTE, _I, "F7", "Note", "Write a note"),
    ActSpec(Act.PROPOSE, _R, "F8", "Release", "Propose a release"),
    ActSpec(Act.WITHDRAW, _R, "Shift+F8", "Withdraw", "Withdraw a release"),
    ActSpec(Act.APPROVE, _R, "F11", "Approve", "Sign the exact bytes of a release"),
    ActSpec(Act.REFUSE, _R, "Shift+F11", "Refuse", "Refuse a release"),
    ActSpec(Act.RETRACT, _R, "Ctrl+F11", "Retract", "Retract what has left"),
    ActSpec(Act.BYTES, _R, "Ctrl+B", "Exact bytes", "Show the exact bytes"),
    ActSpec(Act.CLOSE_INCIDENT, _I, "F12", "Close", "Close the incident"),
    ActSpec(Act.HAND_OVER, _I, "Alt+H", "Hand over", "Hand the incident over (EIDO)"),
    ActSpec(Act.DISCARD, _I, "Ctrl+W", "Close form", "Close the form"),
    ActSpec(Act.LAB_OPEN, _L, "Ctrl+O", "Open", "Open a recording in the line lab"),
    ActSpec(Act.LAB_LEARN, _L, "Ctrl+E", "Write a layout", "Write a layout from marks"),
    ActSpec(Act.LAB_SAVE, _L, "Ctrl+S", "Save layout", "Save the layout to a file"),
    ActSpec(
        Act.LAB_CASE, _L, "Ctrl+Shift+S", "Save case", "Save the stretch as a case"
    ),
    ActSpec(Act.LAB_REPORT, _L, "Ctrl+R", "Report", "Write the conformance report"),
    ActSpec(Act.NEXT_FORM, _G, "Ctrl+Tab", "Next form", "Go to the next form"),
    ActSpec(Act.TO_FORM, _G, "Alt+1", "Form", "Go to the form"),
    ActSpec(Act.PRIORITY, _G, "Alt+P", "Priority", "Go to the priority of the form"),
    ActSpec(Act.TO_BOARD, _G, "Alt+2", "Board", "Go to the board"),
    ActSpec(Act.TO_UNITS, _G, "Alt+3", "Units", "Go to the units"),
    ActSpec(Act.TO_QUEUE, _G, "Alt+4", "Queue", "Go to the queue of releases"),
    ActSpec(Act.TO_CAMERAS, _G, "Alt+5", "Cameras", "Go to the cameras near the place"),
    ActSpec(Act.TO_MAP, _M, "Alt+6", "Map", "Go to the map"),
    ActSpec(Act.MAP_FIND, _M, "Ctrl+F", "Find", "Find a place on the map"),
    ActSpec(Act.MAP_PRINT, _M, "Ctrl+P", "Print", "Print the map to a file"),
    ActSpec(Act.MAP_WALL, _M, "Ctrl+Shift+W", "Wall", "Open or close the wall screen"),
    ActSpec(Act.COMMAND, _G, "Ctrl+L", "Command", "Go to the command line"),
    ActSpec(Act.PALETTE, _G, "Ctrl+K", "Palette", "Find anything that can be done"),
    ActSpec(Act.KEYS, _G, "F1", "Keys", "Show all keys"),
    ActSpec(Act.BACK, _G, "Esc", "Back", "Go back; nothing typed is lost"),
    ActSpec(Act.SIGN_IN, _D, "Ctrl+I", "Sign in", "Sign in"),
    ActSpec(Act.SIGN_OUT, _D, "Ctrl+Shift+I", "Sign out", "Sign out"),
    ActSpec(Act.DESK, _D, "Ctrl+1", "Desk", "The desk: calls, incidents, units"),
    ActSpec(Act.RELEASES, _D, "Ctrl+2", "Releases", "The release desk"),
    ActSpec(Act.LAB, _D, "Ctrl+4", "Line lab", "The line lab: recordings, layouts"),
    ActSpec(Act.CLOSED, _D, "Ctrl+H", "Closed", "Show closed or active incidents"),
    ActSpec(Act.LARGER, _D, "Ctrl++", "Larger", "Larger text"),
    ActSpec(Act.SMALLER, _D, "Ctrl+-", "Smaller", "Smaller text"),
    ActSpec(Act.NORMAL_SIZE, _D, "Ctrl+0", "100 %", "Text at 100 %"),
    ActSpec(Act.THEME, _D, "Ctrl+Shift+T", "Theme", "Dark or light theme"),
    ActSpec(Act.MOTION, _D, "Ctrl+Shift+M", "Motion", "Flashing on or off"),
)


@dataclass(frozen=True, slots=True)
class ActAsked:
    act: Act


@dataclass(frozen=True, slots=True)
class ActState:
    """``reason`` says why it cannot be done now; None when it can."""

    act: Act
    reason: str | None


class ActionBook(QObject):
    """The window's actions. One that cannot be done still answers its key: with
    the reason."""

    asked = SignalOf[ActAsked](object)
    state_changed = SignalOf[ActState](object)

    def __init__(self, keys: Mapping[str, str], parent: QWidget) -> None:
        super().__init__(parent)
        self._reasons: dict[Act, str] = {}
        self._actions: dict[Act, QAction] = {}
        self.specs = _specs(keys)
        self._by_act = {spec.act: spec for spec in self.specs}
        for spec in self.specs:
            self._make(spec, parent)

    def spec(self, act: Act) -> ActSpec:
        return self._by_act[act]

    def key_text(self, act: Act) -> str:
        return key_text(self._by_act[act].key)

    def reason(self, act: Act) -> str | None:
        return self._reasons.get(act)

    def set_reason(self, act: Act, reason: str | None) -> None:
        if self._reasons.get(act) == reason:
            return
        if reason is None:
            self._reasons.pop(act, None)
        else:
            self._reasons[act] = reason
        self.state_changed.emit(ActState(act, reason))

    def ask(self, act: Act) -> None:
        self.asked.emit(ActAsked(act))

    def _make(self, spec: ActSpec, parent: QWidget) -> None:
        action = QAction(spec.title, parent)
        keys = [QKeySequence(spec.key)] if spec.key else []
        if spec.act is Act.LARGER:
            keys.append(QKeySequence("Ctrl+="))
        if spec.act is Act.SAVE:
            keys.append(QKeySequence("Ctrl+Enter"))
        action.setShortcuts(keys)
        action.setData(spec.act.value)
        action.setAutoRepeat(False)
        action.triggered.connect(self._triggered)
        parent.addAction(action)
        self._actions[spec.act] = action

    @Slot()
    def _triggered(self) -> None:
        sender = self.sender()
        if isinstance(sender, QAction):
            self.ask(Act(sender.data()))


def key_text(key: str) -> str:
    """A key as it is printed on buttons."""
    return key.replace("Return", "Enter")


def _specs(keys: Mapping[str, str]) -> tuple[ActSpec, ...]:
    """A key that was given to one act is taken from the act that had it."""
    given = {QKeySequence(k).toString() for k in keys.values()}
    out = []
    for spec in ACTS:
        mine = _with_key(spec, keys)
        if mine is spec and QKeySequence(spec.key).toString() in given:
            mine = replace(spec, key="")
        out.append(mine)
    return tuple(out)


def _with_key(spec: ActSpec, keys: Mapping[str, str]) -> ActSpec:
    changed = keys.get(spec.act.value)
    if not changed or QKeySequence(changed).isEmpty():
        return spec
    return ActSpec(spec.act, spec.group, changed, spec.short, spec.title)

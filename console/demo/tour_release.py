"""The stops from a closed incident to a confirmed receipt, and back to a retraction."""

from __future__ import annotations

from urllib.error import HTTPError
from urllib.request import urlopen

from aliquot.console.demo.past import INCIDENTS
from aliquot.console.demo.throw_away import PASSWORD, PEOPLE
from aliquot.console.demo.tour import Guide, Hands
from aliquot.console.domain.release_rows import PreviewRow, ReleaseDetail, ReleaseRow

SUPERVISOR = PEOPLE[1][0]
PHRASE = "Phrase"
REASON = "Reason"
SIGNING = "Password of your key"
ANSWER = "Answer of the release desk"
PASSWORD_FIELD = "Password"
CRASH = "MVAINJY"
CATEGORY = "Burglary"  # held until it is closed; its narrative names people
OTHER_CATEGORY = "Wires down"
GONE = 410


def _row(guide: Guide, number: int) -> ReleaseRow | None:
    """The newest release of an incident."""
    rows = [r for r in guide.releases.queue() if r.incident_number == number]
    return max(rows, key=lambda r: r.proposed_at_us, default=None)


def _state(guide: Guide, number: int) -> str:
    row = _row(guide, number)
    return row.state if row is not None else ""


def _until_state(guide: Guide, number: int, *states: str) -> None:
    guide.until(
        f"the release of {number} is {' or '.join(states)}",
        lambda: _state(guide, number) in states,
    )


def _until_said(guide: Guide, text: str) -> None:
    """The release desk answers in its own place."""
    guide.until(
        f"the release desk says {text!r}",
        lambda: guide.hands.text(ANSWER).startswith(text),
    )


def _candidate(guide: Guide, category: str) -> PreviewRow:
    """The newest of the past that may be proposed, of a category."""
    found = [c for c in guide.releases.candidates()
             if c.leaves["category"] == category and c.incident_number <= INCIDENTS]  # fmt: skip
    return max(found, key=lambda c: c.incident_number)


def _of_past(guide: Guide, category: str) -> int:
    """Number of the past incident of that category that is released here."""
    rows = [r for r in guide.releases.queue() if r.incident_number <= INCIDENTS]
    found = [
        r for r in rows if r.category == category or _plain(r.category) == category
    ]
    return max(found, key=lambda r: r.proposed_at_us).incident_number


def _plain(code: str) -> str:
    return code.replace("_", " ").capitalize()


def _detail(guide: Guide, number: int) -> ReleaseDetail:
    row = _row(guide, number)
    detail = guide.releases.detail(row.release_id) if row is not None else None
    if detail is None:
        raise RuntimeError(f"there is no release of {number}")
    return detail


def _choose(guide: Guide, number: int) -> None:
    """Walk down the queue until the incident is the one that is shown."""
    hands = guide.hands
    hands.press("Alt+4", "Ctrl+Home")
    for _ in range(40):
        hands.settle()
        if hands.says(f"  {number:04}"):
            return
        hands.press("Down")
    raise RuntimeError(f"the queue does not come to {number:04}")


def _crash(guide: Guide) -> int:
    """The crash of this evening: a wireline call gave it an address."""
    rows = guide.views.board()
    return next(r.number for r in rows
                if r.number > INCIDENTS and r.fields.get("type_code") == CRASH)  # fmt: skip


def _order(guide: Guide, text: str) -> None:
    guide.hands.press("Ctrl+L")
    guide.hands.type(text)
    guide.hands.press("Return")


def close_what_may_leave(guide: Guide) -> None:
    number = _crash(guide)
    _order(guide, f"close {number} report taken")
    guide.until(
        "the crash is closed",
        lambda: any(
            r.number == number and r.state == "closed" for r in guide.views.board()
        ),
    )
    _order(guide, f"show {number}")
    guide.until("it is on hand", lambda: guide.hands.says(f"{number:04}"))


def propose_from_the_desk(guide: Guide) -> None:
    guide.until("policy and place tree are read", lambda: not guide.releases.problem())
    guide.hands.press("F8")
    guide.until("a line asks", lambda: guide.hands.focused() == PHRASE)
    guide.see(
        "what-would-leave",
        "F8",
        "One line says what would leave of it, made of codes only: what, in which "
        "region of at least eight parcels, in which hour. The map shows the region.",
    )
    guide.hands.press("Return")
    _until_state(guide, _crash(guide), "proposed")


def release_desk(guide: Guide) -> None:
    guide.hands.press("Ctrl+2")
    guide.until("the queue is there", lambda: guide.hands.has("Queue of releases"))
    _choose(guide, _candidate(guide, CATEGORY).incident_number)
    guide.see(
        "release-desk",
        "Ctrl+2",
        "The release desk: what may be proposed and what waits, what the desk knows "
        "beside what would leave, field by field with the reason why it stays.",
    )


def propose_there(guide: Guide) -> None:
    guide.hands.press("F8")
    guide.until("it asks for a phrase", lambda: guide.hands.focused() == PHRASE)
    guide.hands.press("Return")
    _until_said(guide, "Proposed.")
    guide.hands.press("F11")
    _until_said(guide, "You proposed it")
    guide.see(
        "proposed",
        "F8, Enter, F11",
        "Proposed: the bytes of every channel are frozen now. Who sits here cannot "
        "sign them, and is told why.",
    )


def second_window(guide: Guide) -> None:
    guide.second = guide.beside()
    guide.sit_at(guide.second)
    guide.see(
        "second-window",
        "",
        "A second window of the same profile, on the same machine: it is nobody's "
        "and shows nothing until a person signs in.",
    )
    _sign_in(guide, guide.hands)
    guide.until("she sees releases", lambda: guide.hands.has("Queue of releases"))


def _sign_in(guide: Guide, hands: Hands) -> None:
    if not hands.has(PASSWORD_FIELD):
        hands.press("Ctrl+I")
    guide.until("it asks for a name", lambda: hands.focused() == "Name")
    hands.type(SUPERVISOR)
    hands.press("Return")
    hands.type(PASSWORD)
    hands.press("Return")
    guide.until("she is signed in", lambda: not hands.has(PASSWORD_FIELD))


def own_is_not_signed(guide: Guide) -> None:
    """What she proposes herself somebody else has to sign."""
    if not guide.hands.has("Queue of releases"):
        guide.hands.press("Ctrl+2")
    number = _candidate(guide, OTHER_CATEGORY).incident_number
    _choose(guide, number)
    guide.hands.press("F8")
    guide.until("it asks for a phrase", lambda: guide.hands.focused() == PHRASE)
    guide.hands.press("Return")
    _until_said(guide, "Proposed.")
    guide.hands.press("F11")
    _until_said(guide, "You proposed it")
    guide.see(
        "own-proposal",
        "F8, Enter, F11",
        "The supervisor proposed this one herself, so she cannot sign it either: "
        "there are always two people.",
    )
    guide.hands.press("Shift+F8")
    guide.until("it asks for a reason", lambda: guide.hands.focused() == REASON)
    guide.hands.press("Return")
    _until_state(guide, number, "withdrawn")


def second_person(guide: Guide) -> None:
    _choose(guide, _of_past(guide, CATEGORY))
    guide.see(
        "second-person",
        "Alt+4, Down",
        "The second person sees both sides as they were frozen: names, numbers and "
        "the narrative stay; the region is on the map.",
    )


def sign(guide: Guide) -> None:
    guide.hands.press("F11")
    guide.until("it asks for the password", lambda: guide.hands.focused() == SIGNING)
    guide.hands.type(PASSWORD)
    guide.see(
        "signing",
        "F11",
        "Signing asks for the password of her key, in line, and says what is signed.",
    )
    guide.hands.press("Return")


def receipt(guide: Guide) -> None:
    number = _of_past(guide, CATEGORY)
    _until_state(guide, number, "confirmed")
    guide.until("it is shown", lambda: guide.hands.says("receipt "))
    if _received(guide, number) != _detail(guide, number).channels[0].body:
        raise RuntimeError("the partner holds other bytes than were signed")
    guide.see(
        "receipt",
        "Enter",
        "Its embargo was over, so it left at once. The partner's receipt is back: "
        "it holds exactly the bytes that were signed.",
    )


def embargo(guide: Guide) -> None:
    number = _crash(guide)
    _choose(guide, number)
    guide.hands.press("F11")
    guide.until("it asks for the password", lambda: guide.hands.focused() == SIGNING)
    guide.hands.type(PASSWORD)
    guide.hands.press("Return")
    _until_state(guide, number, "embargoed")
    guide.see(
        "embargoed",
        "F11, Enter",
        "The crash of this evening is signed too, and waits: nothing leaves sooner "
        "than twenty minutes after the call, and until then it can be called back.",
    )


def exact_bytes(guide: Guide) -> None:
    _choose(guide, _of_past(guide, CATEGORY))
    guide.hands.press("Ctrl+B")
    guide.until("the bytes are there", lambda: guide.hands.has("Exact bytes"))
    guide.hands.press("Down")
    guide.see(
        "exact-bytes",
        "Ctrl+B",
        "The bytes themselves, of the item and of each channel, with their SHA-256.",
    )
    guide.hands.press("Esc")


def retract(guide: Guide) -> None:
    guide.hands.press("Ctrl+F11")
    guide.until("it asks for a reason", lambda: guide.hands.focused() == REASON)
    guide.see(
        "retracting",
        "Ctrl+F11",
        "Retracting takes two keys, and says what it cannot do: what others copied "
        "cannot be called back.",
    )
    guide.hands.press("Return")


def retracted(guide: Guide) -> None:
    number = _of_past(guide, CATEGORY)
    _until_state(guide, number, "retracted")
    guide.until(
        "the partner has confirmed it",
        lambda: all(
            c.state != "retraction_waiting" for c in _detail(guide, number).channels
        ),
    )
    guide.until("the partner's copy is gone", lambda: _received(guide, number) is None)
    guide.see(
        "retracted",
        "Enter",
        "The partner was told and has said so. Its copy answers 410 Gone now.",
    )


def _received(guide: Guide, number: int) -> bytes | None:
    """What the partner answers when it is asked for the item; None once retracted."""
    row = _row(guide, number)
    assert row is not None
    try:
        with urlopen(f"{guide.partner}/{row.release_id}", timeout=5.0) as answer:
            found: bytes = answer.read()
            return found
    except HTTPError as why:
        if why.code != GONE:
            raise
        return None


def back_at_the_desk(guide: Guide) -> None:
    guide.sit_at(guide.first)
    guide.see(
        "seen-at-the-desk",
        "",
        "Back at the first window: the dispatcher sees what became of the proposals.",
    )
    guide.hands.press("Ctrl+1")

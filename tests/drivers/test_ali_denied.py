"""Numbers that the text itself says are none to call, and those that only look so."""

from __future__ import annotations

from aliquot.drivers.lines.ali import parse_bytes
from aliquot.drivers.lines.api import AliRecord
from aliquot.drivers.lines.label_denied import denials

_RECORD = "CLASS: WPH2\r\n{}\r\nLAT: 42.3601 LON: -71.0589 UNC: 30 CNF: 90\r\n"
_NUMBER = "617-555-0142"

_IN_FRONT = (
    *("NO CALLBACK:", "NO CALLBACK", "NO CBN", "NO CB#", "NO CALL BACK NUMBER:"),
    *("DO NOT CALL BACK", "DO NOT CALLBACK:", "DON'T CALL", "NEVER CALL BACK"),
    *("NOT A CALLBACK:", "NOT A VALID CALLBACK", "NON-CALLBACK:", "NO VALID CALLBACK:"),
    *("INVALID CALLBACK:", "BAD CALLBACK:", "WRONG CB", "UNKNOWN CALLBACK", "BAD ANI:"),
    *("CANNOT CALL BACK", "UNABLE TO CALLBACK", "W/O CALLBACK", "WITHOUT CALLBACK"),
    *("NO TN:", "NO PHONE", "NO ANI:", "INVALID TN:", "NON-DIALABLE TN:", "FAKE TN:"),
    *("OLD CALLBACK:", "PREV CBN", "EXPIRED CALLBACK", "STALE CALLBACK:"),
    *("COS: WRLS INVALID CALLBACK:", "NAME: SMITH NO CALLBACK:", "VERIZON NO TN:"),
    *("REMARKS: INVALID CALLBACK:", "NOTE: NO CALLBACK:"),
    *("CALLBACK NOT AVAILABLE", "CALLBACK: NOT AVAILABLE", "CBN N/A", "CALLBACK: NONE"),
    *("CALLBACK UNAVAIL", "CALLBACK (INVALID):", "CALLBACK (OLD)", "CALLBACK NOT"),
    *("SIN NUMERO DE RETORNO:", "NO HAY RETORNO:", "PAS DE RAPPEL", "AUCUN RAPPEL:"),
)
_BEHIND = (
    *("INVALID", "(INVALID)", "NOT VALID", "- NOT IN SERVICE", "DO NOT CALL"),
    *("DO NOT DIAL", "NOT AVAILABLE", "BAD NUMBER", "WRONG NUMBER", "OUT OF SERVICE"),
    *("(OLD)", "- BAD", "(N/A)", "NOT CALLABLE", "NO CALLBACK", "(PANI)"),
)
_GOOD = (
    *("CALLBACK NO {}", "CALLBACK NO. {}", "CALLBACK NO.: {}", "NO: {}", "TEL NO {}"),
    *("TEL NO. {}", "PHONE NO: {}", "CALLING NO {}", "CB NO: {}", "NO. DE RAPPEL: {}"),
    *("CALLBACK NBR {}", "CALL BACK AT {}", "CALLBACK NUMBER IS {}", "CALLBACK - {}"),
    *("CALLBACK -> {}", "CALLBACK (CELL): {}", "CALLBACK 1: {}", "CALL-BACK: {}"),
    *("NEW CALLBACK: {}", "VALID CALLBACK: {}", "CALLBACK: {} NO ANSWER", "ANI# {}"),
    *("CALLBACK: {} NO PHASE 2", "CALLBACK: {} NO VOICE", "CALLBACK VERIFIED {}"),
    *("UNKNOWN CALLER CALLBACK: {}", "CALLBACK: {} UNAVAILABLE NAME"),
    *("INVALID ADDRESS CALLBACK: {}", "NO PHASE 2 DATA. CALLBACK: {}"),
    *("NON PUB  TN: {}", "IF DISCONNECTED CALL BACK {}", "DO NOT USE SIREN. TN: {}"),
    *("CALLBACK: {} OLD MILL RD", "CALLBACK: {}  INVALID ADDRESS", "CALLBACK.....: {}"),
)
_DOUBTFUL = (
    *("ADDRESS: INVALID CALLBACK: {}", "CALLBACK: {} / BAD"),
    *("CALLBACK UNVERIFIED: {}", "UNVERIFIED CALLBACK {}", "CALLBACK: {} UNVERIFIED"),
    *("CALLBACK NOT VERIFIED {}", "CALLBACK: UNVERIFIED {}", "CALLBACK: {} N/A"),
    *("TTY: NO CALLBACK: {}", "TEL NO CALLBACK: {}", "NAME: HARBOR BAD CALLBACK: {}"),
    *("ADDRESS NOT VALID CALLBACK: {}", "ADDRESS UNKNOWN CALLBACK: {}"),
    *(
        "CALLBACK: {} / N/A",
        "CALLBACK: {} UNCONFIRMED",
        "CALLBACK: {} OLD",
        "CALLBACK: {} DISCONNECTED",
    ),
    *("TN: {} UNAVAILABLE", "CALLBACK: {} INVALID ADDRESS"),
)


def parsed(text: str) -> AliRecord:
    (record,) = parse_bytes(text.encode("latin-1"))
    assert isinstance(record, AliRecord), text
    return record


def test_what_the_text_denies_is_not_offered() -> None:
    texts = [f"{one} {_NUMBER}" for one in _IN_FRONT]
    texts += [f"CALLBACK: {_NUMBER} {one}" for one in _BEHIND]
    for text in texts:
        got = parsed(_RECORD.format(text))
        assert "callback_number" not in got.fields, text
        assert "no_callback" in got.warnings, text
        assert got.fields["latitude"] == 42.3601, text


def test_what_only_looks_denied_is_offered() -> None:
    for text in _GOOD:
        got = parsed(_RECORD.format(text.format(_NUMBER)))
        assert got.fields.get("callback_number") == "6175550142", text
        assert "callback_denied" not in got.warnings, text


def test_what_the_text_leaves_in_doubt_is_offered_and_told() -> None:
    for text in _DOUBTFUL:
        got = parsed(_RECORD.format(text.format(_NUMBER)))
        assert got.fields.get("callback_number") == "6175550142", text
        assert "callback_doubtful" in got.warnings, text


def test_another_number_counts_in_place_of_a_denied_one() -> None:
    for denied in ("INVALID CALLBACK: {}", "CALLBACK: {} (INVALID)", "NO CALLBACK {}"):
        text = f"{denied.format(_NUMBER)}  TN: 617-555-0163"
        got = parsed(f"COS: RESD  {text}\r\nNAME: SMITH\r\n")
        assert got.fields["callback_number"] == "6175550163", denied
        assert "callback_denied" in got.warnings


def test_a_number_denied_once_is_denied_wherever_it_stands() -> None:
    got = parsed(f"COS: RESD TN: {_NUMBER}  CALLBACK: {_NUMBER} INVALID\r\nNAME: A")
    assert "callback_number" not in got.fields
    # What it was before, it may be again.
    got = parsed(f"COS: RESD CALLBACK: {_NUMBER}  PREV CALLBACK: {_NUMBER} (OLD)")
    assert got.fields["callback_number"] == "6175550142"
    # What it is without a doubt in one place, it is.
    got = parsed(f"COS: RESD TN: {_NUMBER} UNAVAILABLE  CALLBACK: {_NUMBER}")
    assert got.fields["callback_number"] == "6175550142"
    assert "callback_doubtful" not in got.warnings
    assert "callback_number" not in parsed(f"COS: RESD TN: {_NUMBER} (UNAVAIL)").fields


def test_words_of_the_next_number_deny_nothing_of_the_one_before() -> None:
    got = parsed(f"COS: RESD CALLBACK: {_NUMBER} NO CALLBACK: 617-555-0163")
    assert got.fields["callback_number"] == "6175550142"


def test_without_any_callback_the_first_number_of_a_wireless_call_only_routes() -> None:
    for said in (
        "CALLBACK: NONE",
        "CALLBACK NUMBER: N/A",
        "NO CALLBACK",
        "CBN UNAVAIL",
    ):
        text = f"TN: {_NUMBER} COS: {{}} {said}\r\nLAT: 42.3601 LON: -71.0589"
        assert "callback_number" not in parsed(text.format("WRLS")).fields, said
        assert "callback_denied" in parsed(text.format("WRLS")).warnings
        resident = parsed(text.format("RESD"))
        assert resident.fields["callback_number"] == "6175550142"


def test_a_number_of_anything_is_no_callers() -> None:
    for label in ("ACCT NO", "CONTRACT NO.", "CASE NO", "MODEL NO"):
        got = parsed(f"COS: RESD  {label}: {_NUMBER}  NAME: SMITH")
        assert "callback_number" not in got.fields, label
    assert "bad_value" not in parsed("COS: RESD TN: 617-555-0142 NO: 14").warnings


def test_numbers_that_are_never_offered_need_no_denial() -> None:
    for number in ("911-555-0142", "617-511-0142", "617-211-0142"):
        assert denials(f"NO CALLBACK: {number}").denied == frozenset()
        got = parsed(_RECORD.format(f"CALLBACK: {number}"))
        assert "callback_number" not in got.fields

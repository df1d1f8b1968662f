"""What a line sends is read as a file of it is; and what is left of a record is not."""

from __future__ import annotations

from pathlib import Path

import pytest
from ali_records import frames, hear

from aliquot.drivers.lines.ali import DRIVER, parse_bytes
from aliquot.drivers.lines.ali_decoder import AliDecoder
from aliquot.drivers.lines.api import AliRecord, LineSettings, Noise
from aliquot.drivers.lines.detect import Detector
from aliquot.drivers.lines.layouts import bundled

FOLDER = Path(__file__).parents[2].parent / "shared" / "data" / "lines" / "ali"

# Cut, wrapped or spoilt before they came into the file: on a line that is damage.
NOT_SO_ON_A_LINE = {
    "01_ny_jefferson_wph2_fragmented",
    "03_wa_okanogan_resd_2",
    "31_dms100_e911_logs",
}
# Of three families: they share labels with records of columns, in other places.
SHARED_LABELS = [
    "ALT#=217-555-0142 X=-089.32123 Y=+039.55123 TELCO=ATTMO",
    "ALT#=217-555-0142 X=-089.28123 Y=+039.28123 AT&T MOBILITY",
    "CPF:VZW +039.29123 -082.14123 COF:  15380 COP:100 CALLBK=(740)555-0142",
    "LAT:+038.221234LON:-080.091234COF:1709COP:090CALLBK:3045550142COS:WPH2CPF:VZW",
]
FLAT = (
    "(801) 555-0142 WPH1 06/12 21:07 AT&T MOBILITY 656 E P#801-555-0177 E 11400S "
    "- NE SECTOR CALLBK=(801)555-0142 621 02010 UT DRAPER"
)


def heard_on_a_line(data: bytes) -> list[AliRecord | Noise]:
    decoder = AliDecoder(LineSettings())
    found: list[AliRecord | Noise] = []
    for out in hear(data):
        if isinstance(out, Noise):
            found.append(out)
            continue
        for one in decoder.decode(out):
            assert isinstance(one, AliRecord | Noise)
            found.append(one)
    return found


def as_read(record: AliRecord | Noise) -> dict[str, object]:
    assert isinstance(record, AliRecord), record
    own = {"record_date"}  # without an arrival it has no year
    return {name: value for name, value in record.fields.items() if name not in own}


@pytest.mark.skipif(not FOLDER.is_dir(), reason=f"no samples: {FOLDER} is not there")
def test_every_sample_is_on_a_line_what_it_is_in_a_file() -> None:
    tried = 0
    for path in sorted(FOLDER.glob("*.txt")):
        data = path.read_bytes().rstrip(b"\n")
        (in_a_file, *more) = parse_bytes(data)
        if path.stem in NOT_SO_ON_A_LINE or not isinstance(in_a_file, AliRecord):
            continue
        assert not more
        (on_a_line,) = heard_on_a_line(b"\x02" + data + b"\x03")
        assert as_read(on_a_line) == as_read(in_a_file), path.name
        tried += 1
    assert tried > 50


COLLAPSED = (
    "315-555-0142 03/07 06:56:39 095 VERIZON WIRELESS WPH2 4178 NYS RTE 193 ELLISBURG "
    "NY LAT:+043.809389 LON:-076.116285ELV:+00000 COF:299 COP:090MTN:315-511-4631 "
    "CPF:VZW -911ai.com- ESN:01315WIRELESS CALL VERIFY LOCATION"
)


@pytest.mark.parametrize("text", [*SHARED_LABELS, FLAT, COLLAPSED])
def test_labels_that_two_families_share_do_not_hide_the_record(text: str) -> None:
    data = text.encode()
    (in_a_file,) = parse_bytes(data)
    for line in (b"\x02" + data + b"\x03", data + b"\r\n"):
        (on_a_line,) = heard_on_a_line(line)
        assert as_read(on_a_line) == as_read(in_a_file)
    assert as_read(in_a_file).keys() >= {"callback_number"}


def test_in_one_line_the_first_number_is_not_taken_for_the_routing_one() -> None:
    (record,) = heard_on_a_line(b"\x02" + FLAT.encode() + b"\x03")
    fields = as_read(record)
    assert fields["callback_number"] == "8015550142"
    assert fields["pani"] == "8015550177"


def test_what_is_left_of_columns_is_told_by_the_distances_of_its_labels() -> None:
    detector = Detector(bundled())
    rest = (
        b"LAT:+043.809389  LON:-076.116285ELV:+00000 COF:299       COP:090"
        b"MTN:315-511-4631       CPF:VZW  -911ai.com-            ESN:01315"
    )
    assert detector.families(rest, 3) == {"01"}
    assert detector.families(rest[:40] + rest[41:], 3) == {"01"}, "a byte is lost"
    assert detector.families(rest.replace(b"ELV", b"\r\nELV"), 3) == {"01"}
    for text in SHARED_LABELS:
        assert detector.families(text.encode(), 3) == set()


def test_what_is_left_of_columns_is_no_record_of_labels() -> None:
    rest = (
        b"\x02RE CO 555   LAT:+043.809389  LON:-076.116285ELV:+00000 COF:299       "
        b"COP:090MTN:315-511-4631       CPF:VZW  -911ai.com-            ESN:01315\x03"
    )
    (left,) = heard_on_a_line(rest)
    assert isinstance(left, Noise)


BACK_TO_BACK = [
    "CPF:VZW +039.29123 -082.14123 COF:  25 COP:090 CALLBK=(740)555-0142",
    "+038.812345 -082.201234 CO=ATTMO",
    "CALLBACK=(509)555-0142 LAT=+048.751234 LON=-119.421234 UNC=98",
    "201-555-0142\r\nVERIZON WIRELESS\r\n,UNC: 0000592 090%\r\n2017-03-04T11:22:33",
    "Class : WPH2\rLat : 38.221234\rLong : 80.091234 W\rCallback # : 304-555-0142\r",
    "PANI: 304-511-0142 CBN: 304-555-0142 COS: WPH2 X: -81.631234 Y: 38.351234",
]


@pytest.mark.parametrize("text", BACK_TO_BACK)
def test_two_records_of_labels_with_nothing_between_are_two(text: str) -> None:
    other = text.replace("0142", "0177").replace("CO=ATTMO", "CO=TMOB")
    data = f"{text}\r\n{other}\r\n".encode()
    in_a_file = parse_bytes(data)
    on_a_line = heard_on_a_line(data)
    (alone,), (next_alone,) = parse_bytes(text.encode()), parse_bytes(other.encode())
    for heard in (in_a_file, on_a_line):
        assert [as_read(one) for one in heard] == [as_read(alone), as_read(next_alone)]
        assert b"".join(one.raw for one in heard) == data
    assert [one.start for one in on_a_line] == [0, on_a_line[0].end]
    for record in on_a_line:
        assert isinstance(record, AliRecord)
        for start, end in record.spans.values():
            assert record.raw[start:end].strip(), "spans are into the part's own bytes"


def test_a_second_class_without_a_number_is_another_answer_for_the_same_call() -> None:
    data = b"COS: WRLS LAT:041.41 LON: 074.43\nCOS: WPH2 LAT:041.42 LON: 074.42\n"
    (record,) = heard_on_a_line(data)
    assert as_read(record)["class_of_service"] == "WPH2"


def test_a_layout_of_ones_own_parts_its_records_too(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        'kind = "labelled"\nname = "mine"\ntitle = "Mine"\nfamily = "mine"\n'
        '[match]\nall = ["WGS"]\nbegin = "NUMMER "\n'
        "[[shape]]\nrequired = true\n"
        "text = 'NUMMER <callback> WGS <longitude> <latitude>'\n"
    )
    settings = LineSettings(options={"layout_file": str(own)})
    data = b"".join(
        b"NUMMER 315-555-01%d WGS -75.91234 42.10123\r\n" % n for n in (42, 77)
    )
    decoder = DRIVER.decoder(settings)
    numbers = [
        one.fields["callback_number"]
        for frame in frames(hear(data))
        for one in decoder.decode(frame)
        if isinstance(one, AliRecord)
    ]
    assert numbers == ["3155550142", "3155550177"]

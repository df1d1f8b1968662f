"""Every family of labelled ALI text, in records made up here: lengths, order, gaps."""

from __future__ import annotations

import re

import pytest

from aliquot.drivers.lines import plugins
from aliquot.drivers.lines.ali import parse_bytes, split_records
from aliquot.drivers.lines.api import AliRecord, Extent, LineSettings

NO = None


def one(text: str, **options: object) -> AliRecord:
    data = text.encode("latin-1")
    heard = parse_bytes(data, LineSettings(**options))  # type: ignore[arg-type]
    assert len(heard) == 1
    assert isinstance(heard[0], AliRecord), text
    return heard[0]


def point(latitude: float | None, longitude: float | None) -> dict[str, object]:
    return {"latitude": latitude, "longitude": longitude}


def call(callback: str | None, service: str | None) -> dict[str, object]:
    return {"callback_number": callback, "class_of_service": service}


# Layout, text, fields (None: must not be there), warnings that must be there.
Case = tuple[str, str, dict[str, object], str]
CASES: list[Case] = [
    (
        "ali_ky455_collapsed",
        (
            "202 01- ESN=38 (606) 355-0000 14:36 09/22/2016 111 SIMPSON RD UNIT= CRAB "
            "ORCHARD 137 KY (606) 355-0000 RESD CRBO DOE, JANE ALT#= - - TELCO=BELSO X= "
            "CNF= Y= UNC= Z= LSO LS1,LS2 EEA"
        ),
        call("6063550000", "RESD")
        | {"customer_name": "DOE, JANE", "esn": "38", "position": "02", "pani": NO}
        | {"street_name": "SIMPSON", "state": "KY", "unit": NO},
        "",
    ),
    (
        "ali_ky455_collapsed",
        (
            "201 02- ESN=518 (606) 511-0000 01:02 01/02/2016 KY HWY 39 UNIT=12 STANFORD "
            "137 KY (859) 556-0000 WPH2 T-MOBILE USA ALT#= - - TELCO=TMOB X=-084.510000 "
            "CNF=90 Y=+037.470000 UNC=22 Z="
        ),
        call(NO, "WPH2")
        | {"unit": "12", "uncertainty_m": 22, "confidence_pct": 90}
        | {"customer_name": "T-MOBILE USA"}
        | point(37.47, -84.51),
        "callback_is_pani no_callback",
    ),
    (
        "ali_30w_flat",
        (
            "(801) 674-0000 RESD 06/12 21:07 SMITH, JOHN 656 P#801-674-0000 MAIN ST "
            "621 02010 UT WEST JORDAN"
        ),
        call("8016740000", "RESD")
        | {"customer_name": "SMITH, JOHN", "house_number": "656", "pani": NO}
        | {"street_name": "MAIN", "community": "WEST JORDAN", "state": "UT"},
        "",
    ),
    (
        "ali_30w_flat",
        (
            "(801) 511-1234 WPH2 06/12 21:07 3RD PARTY CO P#801-511-1234 REDWOOD RD "
            "- OMNI CALLBK=(385)555-0100 VZW 00001 UT SANDY"
        ),
        call("3855550100", "WPH2") | {"pani": "8015111234", "house_number": NO},
        "",
    ),
    (
        "ali_franklin",
        (
            "Initial Position   COS=*Caller Loc*\r\n765-511-0000 09:01:22 01/02/2016\r\n"
            "T-Mobile                        \r\n                           WPH1\r\n"
            "STATE ROAD 1 - OMNI\r\nSTATE ROAD 1\r\n\r\nCARRIER TMOB\r\n"
            "LAUREL                             IN\r\nNetwork Cell Sector\r\n"
        ),
        call(NO, "WPH1")
        | {"pani": "7655110000", "community": "LAUREL", "state": "IN"}
        | {"record_time": "09:01:22", "house_number": NO, "company_id": "TMOB"},
        "callback_is_pani no_callback",
    ),
    (
        "ali_kalamazoo",
        "CO=ATTMO PSAP 27 POS# 41 WPH -085.580000 42.290000",
        point(42.29, -85.58)
        | {"position": "41", "company_id": "ATTMO", "class_of_service": NO},
        "class_not_readable",
    ),
    (
        "ali_kalamazoo",
        "CO=       PSAP 27  POS# 03  R  -085.580000  042.290000",
        point(42.29, -85.58) | call(NO, "R") | {"company_id": NO, "position": "03"},
        "",
    ),
    (
        "ali_kalamazoo",
        "CO=VZW PSAP 3 POS# 4 WPH2 -083.930000 44.050000 CALLBK=(989)555-0100",
        point(44.05, -83.93) | call("9895550100", "WPH2"),
        "",
    ),
    ("ali_kalamazoo", "CO=ATT PSAP 27 POS# 12 R", call(NO, "R"), "no_callback"),
    (
        "ali_adsi",
        (
            ">E9< ADDR = 12 OAK ST APT 4 .D >E9< LOC = P#225 511-0000 PTYPE = WPH1,VZW "
            ">E9< NAME = VERIZON >LL< Lat=30.500000 Long=090.950000 (3050000/09095000)"
        ),
        call(NO, "WPH1") | {"company_id": "VZW", "pani": "2255110000"},
        "callback_is_pani no_callback west_sign_missing",
    ),
    (
        "ali_adsi",
        (
            ">E9< ADDR=9997 CROSSING WY\n>E9< LOC=FLR 2 P#225 271-0000 PTYPE=R,BELS\n"
            ">E9< NAME=DOE, JANE"
        ),
        call("2252710000", "R")
        | {"house_number": "9997", "location": "FLR 2", "customer_name": "DOE, JANE"},
        "",
    ),
    (
        "ali_pelham",
        (
            "Originating Phone (unreliable): 205-511-1234\nfor position 03\nClass: WPH2\n"
            "LAT: -086.780000 LON: +033.290000\n"
        ),
        point(33.29, -86.78)
        | call(NO, "WPH2")
        | {"pani": "2055111234", "position": "03"},
        "lat_lon_swapped no_callback",
    ),
    (
        "ali_pelham",
        (
            "Originating Phone (unreliable) (865) 555-1234 for position 12 LAT=-83.920000 "
            "LONG=35.780000 CLASS=RESD NAME=SMITH, JOHN"
        ),
        point(35.78, -83.92)
        | call("8655551234", "RESD")
        | {"customer_name": "SMITH, JOHN", "position": "12"},
        "lat_lon_swapped",
    ),
    (  # of a wireless call the unreliable number is not offered
        "ali_pelham",
        (
            "ALI for position 03: Originating Phone (unreliable): 2055551234 Class of "
            "Service: WPH1 LAT: 33.290000 LON: -86.780000 Uncertainty: 22"
        ),
        point(33.29, -86.78) | call(NO, "WPH1") | {"uncertainty_m": 22},
        "no_callback",
    ),
    (
        "ali_bell",
        (
            "(254) 511-2550 2542200000 -0000097.29460 +0000031.20000 -0000097.29460 "
            "+0000031.20000"
        ),
        point(NO, NO)
        | {"tower_latitude": 31.2, "tower_longitude": -97.2946}
        | {"callback_number": "2542200000", "pani": "2545112550"},
        "same_point_twice no_fix",
    ),
    (
        "ali_bell",
        (
            "(254) 511-2550 9112200000 -0000097.29460 +0000031.20000 -0000097.30000 "
            "+0000031.30000"
        ),
        point(31.3, -97.3) | {"callback_number": NO},
        "uninitialised_handset no_callback",
    ),
    (
        "ali_ofallon",
        "O'FALLON                   IL  CO=VZW       P# (618) 555-3678 WIRELESS: ST C",
        {"pani": "6185553678", "callback_number": NO, "state": "IL"}
        | {"community": "O'FALLON", "company_id": "VZW"},
        "no_callback",
    ),
    (
        "ali_gallia",
        "+038.877 010 -082.130 000 CO=ATTM O",
        point(38.87701, -82.13) | {"company_id": "ATTMO"},
        "token_repaired",
    ),
    (
        "ali_gallia",
        "+038.877010\n-082.13\n0000 CO=VZW",
        point(38.87701, -82.13) | {"company_id": "VZW"},
        "token_repaired",
    ),
    (
        "ali_gallia",
        "+038.877010-08\n2.130000 C O=SPP CS",
        point(38.87701, -82.13) | {"company_id": "SPPCS"},
        "token_repaired",
    ),
    ("ali_gallia", "+038.877010 -082.130000 CO=", point(38.87701, -82.13), ""),
    (
        "ali_christian",
        "ALT#=911-827-0000 X=-089.32000 Y=+039.55000 TELCO=ATTMO",
        point(39.55, -89.32) | {"callback_number": NO},
        "uninitialised_handset no_callback",
    ),
    (
        "ali_christian",
        "ALT#=   -   -     X=           Y=          TELCO=VZW",
        point(NO, NO) | {"company_id": "VZW", "callback_number": NO},
        "no_callback",
    ),
    (
        "ali_lauderdale",
        "ALT# 256-767-0000 -087.650000 +034.830000",
        point(34.83, -87.65) | {"callback_number": "2567670000"},
        "",
    ),
    (
        "ali_lauderdale",
        "ALT# 911-530-1234 -085.760000 +038.250000",
        point(38.25, -85.76) | {"callback_number": NO},
        "uninitialised_handset no_callback",
    ),
    (
        "ali_lauderdale",
        "ALT#  -   -     -085.760000 +038.250000",
        point(38.25, -85.76) | {"callback_number": NO},
        "no_callback",
    ),
    (
        "ali_cof_cop",
        "LAT:+038.090000 LON:-081.610000 ELV:+00123 COF:103526 COP:090",
        point(38.09, -81.61) | {"uncertainty_m": 103526, "altitude_m": 123},
        "uncertainty_useless",
    ),
    (
        "ali_cof_cop",
        "CPF:VZW COF: 22 COP: 90 CALLBK=(740)511-0000 LAT:          LON:",
        point(NO, NO) | {"callback_number": NO, "uncertainty_m": 22},
        "callback_is_pani no_callback",
    ),
    (
        "ali_hampshire",
        (
            "(304)822-0000 06/26/2015 08:29 Romney Tower - Omni VZW WPH1 Springfield WV "
            "LAT:+039.320000 LON:-078.750000"
        ),
        call("3048220000", "WPH1")
        | {"community": "Springfield", "state": "WV", "company_id": "VZW"}
        | point(39.32, -78.75),
        "",
    ),
    (
        "ali_hampshire",
        "203 (304)511-0000 06/26/2015 08:29 Bald Hill ATTMO WRLSCapon Bridge WV",
        call(NO, "WRLS") | {"community": "Capon Bridge", "position": "03"},
        "callback_is_pani",
    ),
    (
        "ali_sonoma",
        " N -122.7300 T 38.46000 METERS 1881 CHP",
        point(38.46, -122.73) | {"uncertainty_m": 1881, "law": "CHP"},
        "",
    ),
    (
        "ali_sonoma",
        "N -122.730000 T 38.460000 METERS 0",
        point(38.46, -122.73) | {"uncertainty_m": NO},
        "uncertainty_not_given",
    ),
    (
        "ali_callback_latlon",
        "CALLBACK=(911)530-1234 LAT=+048.750000 LON=-119.420000 UNC=0",
        point(48.75, -119.42) | {"callback_number": NO, "uncertainty_m": NO},
        "uninitialised_handset uncertainty_not_given",
    ),
    (
        "ali_callback_latlon",
        "CALLBACK=(509)487-0000 LAT=+47.740000 LON=-117.02\n(Con't) 3 of 3\n0000 UNC=11",
        point(47.74, -117.02) | {"uncertainty_m": 11},
        "token_repaired reflowed",
    ),
    (
        "generic_labelled",
        "CALLBACK=               LAT=            LON=            UNC=       WPH1",
        point(NO, NO) | call(NO, "WPH1"),
        "label_guessed no_fix",
    ),
    (
        "ali_orange",
        "COS: WPH2 LAT:041.410000  LON: 074.430000",
        point(41.41, -74.43) | call(NO, "WPH2"),
        "west_sign_missing",
    ),
    (
        "ali_broome",
        "CELL = 4228  SECTOR = 1 -75.910000 42.100000",
        point(42.1, -75.91) | {"location": "CELL = 4228  SECTOR = 1"},
        "",
    ),
    (
        "ali_broome",
        "CELL=128 SECTOR=3\n-076.150000 +043.050000",
        point(43.05, -76.15),
        "",
    ),
    (
        "ali_beaver",
        "WPH2 -080.350000 +040.490000 T-MOBILE USA",
        point(40.49, -80.35) | call(NO, "WPH2") | {"customer_name": "T-MOBILE USA"},
        "no_callback",
    ),
    (
        "ali_ani_class",
        (
            "<b>Ani:</b> 352-555-1212<br>\n<b>Source:</b> AT&amp;T<br><b>Class:</b> WPH2"
            "<br>Location: 123 MAIN ST, BROOKSVILLE<br>"
        ),
        call("3525551212", "WPH2")
        | {"note": "AT&T", "location": "123 MAIN ST, BROOKSVILLE"},
        "",
    ),
    (
        "ali_ani_class",
        "Ani: (423) 511-1212 Source: VZW Class: WPH1 Location: 1200 HIXSON PIKE",
        call(NO, "WPH1") | {"pani": "4235111212"},
        "callback_is_pani no_callback",
    ),
    (
        "ali_ani_class",
        (
            "<table><tr><td>Ani:</td><td>9855551234</td></tr><tr><td>Class:</td><td>RESD"
            "</td></tr><tr><td>Location:</td><td>12 OAK ST</td></tr></table>"
        ),
        call("9855551234", "RESD") | {"location": "12 OAK ST"},
        "",
    ),
    (
        "ali_cellular_e911",
        "Cellular E911 Call: Lat:38.900000  Lon:-121.32000 Service Class: WPH1",
        point(38.9, -121.32) | call(NO, "WPH1"),
        "",
    ),
    (
        "ali_cis",
        "E911 CLASS: WPH2 LOC: 123 MAIN ST LAT: +046.485289LON: -094.123456",
        point(46.485289, -94.123456) | call(NO, "WPH2") | {"location": "123 MAIN ST"},
        "",
    ),
    (
        "ali_cis",
        "E911 CLASS: RESDLOC: APT 4LAT: +042.1234LON: -088.8765Lec:ATTMO",
        point(42.1234, -88.8765) | call(NO, "RESD") | {"company_id": "ATTMO"},
        "",
    ),
    (
        "ali_brazos",
        (
            "E911Phne:979/511-0000 E911Add:12 OAK ST, BR E911Srce:WPH2 AliLong:-96.34 "
            "AliLatitude:30.66 Uncertainty:22 Confidence:90"
        ),
        point(30.66, -96.34) | call(NO, "WPH2") | {"confidence_pct": 90},
        "callback_is_pani",
    ),
    (
        "ali_bergen",
        (
            "201-555-1234\nVERIZON WIRELESS\n,UNC: 0000592 090%\n2014-05-05T12:11:10\n"
            "123 MAIN ST\n40.891200, -74.031200"
        ),
        point(40.8912, -74.0312)
        | {"uncertainty_m": 592, "confidence_pct": 90, "house_number": "123"}
        | {"record_date": "2014-05-05", "callback_number": "2015551234"},
        "",
    ),
    (
        "ali_bergen",
        (
            "(201) 511-1234 / T-MOBILE / ,UNC: 0000000 000% / 2014-05-05 12:11:10 / "
            "12 RIVER RD, FORT LEE / 40.8912, -74.0312"
        ),
        point(40.8912, -74.0312)
        | {"uncertainty_m": NO, "confidence_pct": NO, "pani": "2015111234"}
        | {"community": "FORT LEE"},
        "uncertainty_not_given callback_is_pani",
    ),
    ("ali_cnf_unc", "CNF=   UNC=2047", {"uncertainty_m": 2047}, ""),
    (
        "ali_nws",
        "E911 Info - Class of Service: WPH1 Special Response Info: VZW"
        + " " * 29
        + "SHERIFF"
        + " " * 25
        + "FIRE DEPT Uncertainty: 4043 Confidence: 100",
        call(NO, "WPH1") | {"company_id": "VZW", "uncertainty_m": 4043},
        "area_only",
    ),
    (
        "ali_miami",
        "NAME: MOBILITY, AT&T PHONE: (765)) 5-11-5 CLASS: WPH2",
        call(NO, "WPH2") | {"customer_name": "MOBILITY, AT&T", "pani": NO},
        "bad_value no_callback",
    ),
    (
        "ali_miami",
        "Name: MOBILITY, AT&T\nLAT: 1869354 LONG: 6452132 CLASS: WPH2",
        point(NO, NO) | {"customer_name": "MOBILITY, AT&T"},
        "not_wgs84",
    ),
    (
        "ali_miami",
        "Verizon Wi-NO COOR DATA-REBID\n(765)) 5-11-5",
        {"callback_number": NO, "note": "NO COOR DATA-REBID"},
        "no_fix no_callback",
    ),
    (
        "ali_spillman",
        (
            "203\n435-511-1200 11:41:01 12312015\nVERIZON WIRELESS\nWPH2\nI-15 SB\n"
            "PL LEC VZW\nNEPHI UT\nBLDG\nUNIT FLR ESN 319\nP#435-511-1200 ALT#435-555-0100"
            "\nX -111.836000 Y +39.710000 CF 90\nUNC 22 Z ZUNC\nJUAB SO\nNEPHI FIRE\nEMS 1"
        ),
        call("4355550100", "WPH2")
        | point(39.71, -111.836)
        | {"uncertainty_m": 22, "confidence_pct": 90, "pani": "4355111200"}
        | {"law": "JUAB SO", "fire": "NEPHI FIRE", "ems": "EMS 1", "position": "03"},
        "",
    ),
    (
        "ali_spillman",
        (
            "207\r801-902-1200 11:41:01 12312015\rSPILLMAN TECHNOLOGIES INC   \r"
            "    4625                    BUSN\rLAKE PARK BLVD              \r"
            "PL           LEC VISTA\rSALT LAKE CITY            UT\rBLDG        \r"
            "UNIT       FLR      ESN 00319\rP#801-902-1200  ALT#   -   -    \r"
            "X            Y           CF   \rUNC        Z         ZUNC     \r"
            "SPILLMAN SHERIFF   \rSPILLMAN FIRE\rSPILLMAN EMS\r"
        ),
        call("8019021200", "BUSN")
        | {"house_number": "4625", "community": "SALT LAKE CITY", "state": "UT"}
        | {"company_id": "VISTA", "esn": "00319", "law": "SPILLMAN SHERIFF"}
        | {"pani": NO, "ems": "SPILLMAN EMS"},
        "",
    ),
    (
        "ali_ani_class",
        "Ani: 352-555-1212 Class: WPH2 Location: 28.501234, -82.401234",
        point(28.501234, -82.401234) | call("3525551212", "WPH2"),
        "label_guessed",
    ),
    (
        "ali_telus",
        (
            "6045553105|CELL|6045112222|ROGERS|1640 UFTON CRES|03001|SURREY|SURREY BC|"
            "V6H2G7|ROGERS|8887842606|POLICE_PSAP|00002|NO ID| 6-FEB-2001 10:09:32| "
            "6-FEB-2001 10:09:34| 6-FEB-2001 10:09:50|12||||||||"
        ),
        call("6045553105", "CELL") | {"pani": "6045112222", "position": "12"},
        "",
    ),
    (
        "ali_telus",
        "6045553105|UNKN|||||||||||||6-FEB-2001 10:09:32|6-FEB-2001 10:09:34|7|||||",
        call("6045553105", "UNKN"),
        "no_record_found",
    ),
]


def title(case: Case) -> str:
    return case[0].removeprefix("ali_")


@pytest.mark.parametrize("case", CASES, ids=title)
def test_records_of_a_family(case: Case) -> None:
    layout, text, fields, warnings = case
    record = one(text)
    assert record.layout == layout
    got = {name: record.fields.get(name) for name in fields}
    assert got == fields
    assert set(warnings.split()) <= set(record.warnings)
    assert record.rules.keys() == record.fields.keys()


@pytest.mark.parametrize("case", CASES, ids=title)
def test_the_same_in_a_frame_with_type_and_position(case: Case) -> None:
    """STX, type 2, position, text, ETX: as a controller puts it round a record."""
    _, text, fields, _ = case
    if not re.match("20[1-4][ \n]", text):  # some have it themselves
        text = "204" + text
    record = one("\x02" + text + "\x03")
    for name in ("latitude", "longitude", "class_of_service", "callback_number"):
        if name in fields:
            assert record.fields.get(name) == fields[name], name


def test_a_file_of_several_records_is_cut_where_one_begins() -> None:
    one_record = b"CALLBACK=(509)429-0000 LAT=+048.75 LON=-119.42 UNC=98\r\n"
    other = b"CALLBACK=(509)429-1111 LAT=+048.76 LON=-119.43 UNC=22\r\n"
    heard = parse_bytes(one_record + other)
    numbers = [h.fields["callback_number"] for h in heard if isinstance(h, AliRecord)]
    assert numbers == ["5094290000", "5094291111"]
    generic = b"ANI: 315-778-0000\nLAT: 43.8\nLON: -76.1\n"
    assert len(split_records(generic * 3)) == 3
    flat = (
        b"(801) 674-0000 RESD 06/12 21:07 A 656 P#801-674-0000 MAIN ST 621 02010 UT X"
    )
    assert len(split_records(flat + b"\n" + flat)) == 2


@pytest.mark.parametrize(
    "text",
    [
        "Ani: 352-555-1212\nClass: WPH2\nLocation: A\n\nLat: 28.5 Lon: -82.4\n",
        "COS: WRLS LAT:041.4 LON: 074.4\nCOS: WPH2 LAT:041.5 LON: 074.5\n",
        "LAT: 43.8\nLON: -76.1\nANI: 315-778-0000\nCLASS: WPH2\n",
    ],
)
def test_one_record_of_several_lines_is_one(text: str) -> None:
    one(text)


def test_records_in_frames_are_cut_at_their_marks() -> None:
    text = b"\x02201CALLBACK=(509)429-0000 LAT=+48.75 LON=-119.42\x03"
    heard = parse_bytes(text + text)
    assert [type(got) for got in heard] == [AliRecord, AliRecord]
    for got in heard:
        assert isinstance(got, AliRecord)
        assert got.fields["position"] == "01"


def test_a_site_outside_america_is_not_mirrored() -> None:
    text = "CALLBACK=(671)555-0100 LAT=+013.450000 LON=+144.780000 UNC=22"
    extent = Extent(13.2, 144.6, 13.7, 145.0)
    record = one(text, extent=extent)
    assert record.fields["longitude"] == 144.78
    assert "west_sign_missing" not in record.warnings


def test_a_point_outside_the_agencys_ground_is_said() -> None:
    text = "CALLBACK=(509)555-0100 LAT=+048.750000 LON=-119.420000 UNC=22"
    record = one(text, extent=Extent(40.0, -80.0, 41.0, -79.0))
    assert "outside_extent" in record.warnings
    assert record.fields["latitude"] == 48.75


@pytest.mark.parametrize("case", CASES, ids=title)
def test_a_file_of_a_family_is_taken_for_ali_text(case: Case) -> None:
    assert plugins.guess(case[1].encode("latin-1")) == "ali"

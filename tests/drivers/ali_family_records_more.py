"""The second half of the records of ``ali_family_records``."""

from __future__ import annotations

from ali_family_records import FIRST, NO, Case, call, point

MORE: list[Case] = [
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

CASES = [*FIRST, *MORE]

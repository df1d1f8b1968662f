"""Records made up here, of every family of labelled ALI text."""

from __future__ import annotations

NO = None  # this field must not be there


def point(latitude: float | None, longitude: float | None) -> dict[str, object]:
    return {"latitude": latitude, "longitude": longitude}


def call(callback: str | None, service: str | None) -> dict[str, object]:
    return {"callback_number": callback, "class_of_service": service}


# Layout, text, fields (None: must not be there), warnings that must be there.
Case = tuple[str, str, dict[str, object], str]
FIRST: list[Case] = [
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
        | {"position": "41", "company_id": "ATTMO", "class_of_service": "WPH"},
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
]

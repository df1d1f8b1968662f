"""What a dispatcher reads in each of the samples, by file."""

from __future__ import annotations

NO = None  # this field must not be there
NO_CIRCLE = {"uncertainty_m": NO, "confidence_pct": NO}


def point(latitude: float | None, longitude: float | None) -> dict[str, object]:
    return {"latitude": latitude, "longitude": longitude}


def call(
    callback: str | None, pani: str | None, service: str | None
) -> dict[str, object]:
    return {"callback_number": callback, "pani": pani, "class_of_service": service}


def agencies(law: str | None, fire: str | None, ems: str | None) -> dict[str, object]:
    return {"law": law, "fire": fire, "ems": ems}


# File: layout, fields (None: must not be there), warnings that must be there.
EXPECTED: dict[str, tuple[str, dict[str, object], str]] = {
    "02_ky_lincoln_resd_fixed455": (
        "ali_ky455",
        call("6063550000", NO, "RESD")
        | {"house_number": "111", "street_name": "SIMPSON", "street_suffix": "RD"}
        | {"community": "CRAB ORCHARD", "state": "KY", "company_id": "BELSO"}
        | {"record_date": "2016-09-22", "record_time": "14:36", "esn": "38"}
        | {"trunk": "01", "position": "03", "customer_name": "XXXXX, XXXX"}
        | agencies("LSO", "LS1,LS2,LS3,LS4,LS5,LS6,LS8", "EEA")
        | point(NO, NO),
        "",
    ),
    "02_ky_lincoln_wrls_fixed455": (
        "ali_ky455",
        call("6065100000", "8595560000", "WRLS")
        | {"house_number": "910", "street_name": "KY HWY 39", "location": "SE"}
        | {"customer_name": "VERIZON", "company_id": "VZW", "esn": "518"}
        | {"community": "CRAB ORCHARD", "state": "KY", "position": "01"}
        | point(37.47, -84.51)
        | NO_CIRCLE,
        "confidence_not_given uncertainty_not_given wireless_address_is_tower",
    ),
    "02_ky_lincoln_wrls_collapsed": (
        "ali_ky455_collapsed",
        call("6065100000", "8595560000", "WRLS")
        | {"house_number": "910", "street_name": "KY HWY 39", "location": "SE"}
        | {"customer_name": "VERIZON", "company_id": "VZW", "esn": "518"}
        | {"community": "CRAB ORCHARD", "state": "KY", "position": "01"}
        | point(37.47, -84.51)
        | NO_CIRCLE,
        "confidence_not_given uncertainty_not_given wireless_address_is_tower",
    ),
    "04_ut_saltlake_wph1_flattened": (
        "ali_30w_flat",
        call("8016740000", "8013500000", "WPH1")
        | {"customer_name": "AT&T MOBILITY", "house_number": "656"}
        | {"street_name": "11400S", "location": "NE SECTOR", "company_id": "621"}
        | {"esn": "02010", "state": "UT", "community": "DRAPER"}
        | {"record_date": "--06-12", "record_time": "21:07"},
        "wireless_address_is_tower no_fix",
    ),
    "05_in_franklin_caller_loc": (
        "ali_franklin",
        call("5132220000", NO, "WPH2")
        | {"customer_name": "Verizon Wireless", "house_number": "3140"}
        | {"street_name": "GOBBLERS KNOB", "street_suffix": "RD"}
        | {"location": "NW SECTOR", "community": "BROOKVILLE", "company_id": "VZW"}
        | {"record_date": "2016-03-28", "record_time": "13:19"}
        | {"location_method": "Handset AGPS", "note": "Caller Loc"},
        "token_repaired wireless_address_is_tower",
    ),
    "05_in_franklin_tower_only": (
        "ali_franklin",
        call("5133130000", NO, "WRLS")
        | {"house_number": "11149", "street_name": "KEELER", "location": "W SECTOR"}
        | {"location_method": "Network Cell Sector", "note": "Tower only"},
        "token_repaired wireless_address_is_tower",
    ),
    "07_al_walker_adsi_wrls": (
        "ali_adsi",
        call("2052750000", NO, "WRLS")
        | {"company_id": "ATTM", "customer_name": "AT&T MOBILITY", "location": NO}
        | {"house_number": "5309", "street_name": "SMITH LAKE DAM"},
        "wireless_address_is_tower",
    ),
    "07_ca_tulare_adsi_empty_ptype": (
        "ali_adsi",
        call("6617780000", NO, NO)
        | {"house_number": "23118", "street_name": "A80", "location": "6107-25709 S"},
        "",
    ),
    "07_la_livingston_adsi_pbxb": (
        "ali_adsi",
        call("2252710000", NO, "PBXB")
        | {"customer_name": "ACADEMY SPORTS & OUTDOORS", "company_id": "BELS"}
        | {"house_number": "9997", "location": "SUIT 800"},
        "",
    ),
    "07_la_livingston_adsi_wph2": (
        "ali_adsi",
        call("2252290000", NO, "WPH2")
        | {"house_number": NO, "location": "SECTORW"}
        | point(30.5, -90.95)
        | NO_CIRCLE,
        "uncertainty_not_given confidence_not_given",
    ),
    "07_tn_dyer_adsi_uninitialised_911pani": (
        "ali_adsi",
        call(NO, NO, "WPH2") | {"company_id": "SPPC"} | point(36.03, -89.37),
        "uninitialised_handset no_callback",
    ),
    "09_tx_bell_pani_callback_lonlat": (
        "ali_bell",
        call("2542200000", "2545112550", NO)
        | {"tower_latitude": 31.2, "tower_longitude": -97.29}
        | point(31.22, -97.29),
        "",
    ),
    "10_il_ofallon_nws_leftover": (
        "ali_ofallon",
        call(NO, "6185113678", NO) | {"company_id": "ATTMO", "state": "IL"},
        "no_callback",
    ),
    "12_il_christian_alt_xy_telco": (
        "ali_christian",
        call("2178270000", NO, NO) | {"company_id": "ATTMO"} | point(39.55, -89.32),
        "",
    ),
    "12_il_montgomery_alt_xy_name": (
        "ali_christian",
        call("2177100000", NO, NO)
        | {"customer_name": "AT&T MOBILITY"}
        | point(39.28, -89.28),
        "",
    ),
    "14_il_randolph_class_lat_lon_cof_cop_pct": (
        "ali_cof_cop",
        call(NO, NO, "WPH2")
        | {"uncertainty_m": 25, "confidence_pct": NO}
        | point(37.98, -89.82),
        "confidence_not_given",
    ),
    "14_oh_athens_cof15380": (
        "ali_cof_cop",
        call("7408560000", NO, NO)
        | {"uncertainty_m": 15380, "confidence_pct": 100, "company_id": "VZW"}
        | point(39.29, -82.14),
        "area_only",
    ),
    "14_oh_athens_cpf_zero_cof": (
        "ali_cof_cop",
        call("7403310000", NO, NO) | point(39.21, -81.8) | NO_CIRCLE,
        "uncertainty_not_given confidence_not_given",
    ),
    "14_oh_mercer_cof48290": (
        "ali_cof_cop",
        point(40.53, -84.58) | {"uncertainty_m": 48290},
        "area_only",
    ),
    "14_oh_mercer_lonlat_cof_cpf": (
        "ali_cof_cop",
        point(40.48, -84.61) | NO_CIRCLE | {"company_id": "TWCBL"},
        "uncertainty_not_given",
    ),
    "14_wv_boone_lat_lon_cof_cop": (
        "ali_cof_cop",
        point(38.09, -81.61) | NO_CIRCLE,
        "uncertainty_not_given confidence_not_given",
    ),
    "14_wv_pocahontas_lat_lon_elv_cof_cop_cut": (
        "ali_cof_cop",
        point(38.22, -80.09)
        | {"uncertainty_m": 1709, "confidence_pct": NO, "altitude_m": NO},
        "cut",
    ),
    "15_wv_hampshire_raw_cut": (
        "ali_hampshire",
        call("3048220000", NO, "WPH2")
        | {"community": "Romney", "state": "WV", "company_id": "USCC"}
        | {"record_date": "2015-06-26", "record_time": "08:29", "position": "01"}
        | {"location": "Bald Hill - NW Sector"}
        | point(NO, NO),
        "cut no_fix",
    ),
    "17_id_kootenai_split": (
        "ali_callback_latlon",
        call("5094870000", NO, NO) | point(47.74, -117.02) | {"uncertainty_m": 11},
        "reflowed",
    ),
    "17_tx_hood_callback_lat_lon_unc": (
        "ali_callback_latlon",
        call("8179640000", NO, NO) | point(32.45, -97.76) | {"uncertainty_m": 95},
        "",
    ),
    "17_wa_okanogan_callback_lat_lon_unc": (
        "ali_callback_latlon",
        call("5094290000", NO, NO) | point(48.75, -119.42) | {"uncertainty_m": 98},
        "",
    ),
    "17_wa_whitman_cut": (
        "ali_callback_latlon",
        call("7575750000", NO, NO) | point(46.68, -117.02) | NO_CIRCLE,
        "cut",
    ),
    "17_wy_natrona_callback_unsigned_lat": (
        "ali_callback_latlon",
        call("3073150000", NO, NO) | point(42.85, -106.3) | {"uncertainty_m": 28},
        "",
    ),
    "18_ny_orange_unsigned_west_lon_and_rebid": (
        "ali_orange",
        call(NO, NO, "WPH2") | point(41.41, -74.42),
        "west_sign_missing several_locations",
    ),
    "20_pa_beaver_onstar_voip": (
        "ali_beaver",
        call(NO, NO, "VOIP") | point(40.57, -80.46),
        "",
    ),
    "20_pa_beaver_wph1": (
        "ali_beaver",
        call(NO, NO, "WPH1")
        | {"customer_name": "VERIZON WIRELESS", "house_number": "201"}
        | {"street_name": "NEWMAN", "location": "SW SECTOR"}
        | {"community": "INDEPENDENCE"}
        | point(40.49, -80.35),
        "wireless_address_is_tower",
    ),
    "22_ca_placer_cellular_e911": (
        "ali_cellular_e911",
        call(NO, NO, "WPH2") | point(38.9, -121.32),
        "",
    ),
    "22_ca_placer_w911": (
        "ali_cellular_e911",
        call(NO, NO, "W911") | point(38.87, -121.3),
        "",
    ),
    "24_tx_brazos_e911fields": (
        "ali_brazos",
        call("9794850000", NO, "VRES")
        | {"house_number": "1111", "street_suffix": "LN", "community": "BR"}
        | {"customer_name": "XXXXXXX XXXXXXXX"}
        | point(30.66, -96.34)
        | NO_CIRCLE,
        "uncertainty_not_given confidence_not_given",
    ),
    "26_ok_mayes_cnf_unc": (
        "ali_cnf_unc",
        {"uncertainty_m": 2047, "confidence_pct": 100},
        "",
    ),
    "27_nws_al_jefferson_lec": (
        "ali_nws",
        call(NO, NO, "RESD")
        | {"company_id": "CHTR"}
        | agencies("HOMEWOOD POLICE", "HOMEWOOD FIRE", "HOMEWOOD EMS"),
        "",
    ),
    "27_nws_az_mohave": (
        "ali_nws",
        call(NO, NO, "WPH2") | NO_CIRCLE | {"law": "VERIFY POLICE"},
        "uncertainty_not_given",
    ),
    "27_nws_ca_hayward_voip": (
        "ali_nws",
        call(NO, NO, "VOIP") | agencies("HAYWARD PD", "HAYWARD FIRE", "ACRECC"),
        "",
    ),
    "27_nws_ca_mendocino_w911": (
        "ali_nws",
        call(NO, NO, "W911") | {"law": "MENDOCINO COUNTY SD"},
        "",
    ),
    "27_nws_ca_sanbernardino": (
        "ali_nws",
        call(NO, NO, "WPH2")
        | {"company_id": "TMOB", "uncertainty_m": 16, "confidence_pct": 90, "law": NO},
        "no_fix",
    ),
    "27_nws_co_mesa": ("ali_nws", call(NO, NO, "RESD") | {"note": "GJR"}, ""),
    "27_nws_de_kent": (
        "ali_nws",
        call(NO, NO, "BUS") | agencies("STATE POLICE", "STATION 44", NO),
        "",
    ),
    "27_nws_ia_scott": (
        "ali_nws",
        call(NO, NO, "RESD") | {"note": "SECC SCOTT SD"},
        "",
    ),
    "27_nws_ks_reno": ("ali_nws", call(NO, NO, "WPH2") | NO_CIRCLE, "no_fix"),
    "27_nws_ky_kenton": (
        "ali_nws",
        call(NO, NO, "BUSN") | agencies("INDEP", "INDEP", "INDEP") | NO_CIRCLE,
        "",
    ),
    "27_nws_md_calvert": (
        "ali_nws",
        call(NO, NO, "WPH2")
        | {"uncertainty_m": 14, "confidence_pct": 90}
        | agencies("VERIFY PD", "VERIFY FD", "VERIFY EMS"),
        "",
    ),
    "27_nws_ok_muskogee": (
        "ali_nws",
        call(NO, NO, "WPH2") | {"uncertainty_m": 592, "confidence_pct": 90},
        "",
    ),
    "27_nws_va_louisa_pani_cut": (
        "ali_nws",
        call(NO, NO, "WPH2") | {"note": "(540) 511-701"},
        "no_callback",
    ),
    "27_nws_wa_clallam": ("ali_nws", call(NO, NO, "RESD") | {"law": NO}, ""),
    "29_spillman_flex_e911form_KB0010099": (
        "ali_spillman",
        call("8019021200", NO, "BUSN")
        | {"customer_name": "SPILLMAN TECHNOLOGIES INC", "house_number": "4625"}
        | {"street_name": "LAKE PARK", "street_suffix": "BLVD", "esn": "319"}
        | {"community": "SALT LAKE CITY", "state": "UT", "company_id": "VISTA"}
        | {"record_date": "2015-12-31", "record_time": "11:41:01", "position": "07"}
        | agencies(
            "SPILLMAN SHERIFF 902-1712",
            "SPILLMAN FIRE (STAT 8-7444",
            "SPILLMAN EMS 902-1712",
        ),
        "",
    ),
    "30_telus_tid08_log_printer_type2": (
        "ali_telus",
        call("2505553105", NO, "RES")
        | {"customer_name": "JANE DOE", "unit": "270", "house_number": "1640"}
        | {"street_name": "UFTON CRES", "community": "KELOWNA", "state": "BC"}
        | {"postal_code": "V6H2G7", "company_id": "BELL WEST", "position": "1234"}
        | {"record_date": "2001-02-06", "record_time": "10:09:32"},
        "label_guessed",
    ),
}

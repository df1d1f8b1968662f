"""A policy file: what it may say, and how it is refused."""

from __future__ import annotations

import re
import tomllib
from importlib import resources
from pathlib import Path

import pytest

from aliquot.console.problems import EXIT_USAGE, KnownProblem
from aliquot.console.release import policy as policies
from aliquot.console.release.apco import NEVER, Never
from aliquot.console.release.codes import Category, Channel
from aliquot.console.release.policy import Policy, parse
from aliquot.console.release.sources import (
    default_policy,
    read_ground,
    read_policy,
    read_protected,
)

TEXT = (resources.files("aliquot.resources") / "policy" / "default.toml").read_text()


def refused(text: str) -> str:
    with pytest.raises(KnownProblem) as caught:
        parse(text, "mine.toml")
    assert caught.value.code == "bad_policy"
    assert caught.value.exit_code == EXIT_USAGE
    lines = str(caught.value).splitlines()
    assert all(line.startswith("mine.toml: ") for line in lines)
    return str(caught.value)


def with_category(name: str) -> str:
    return TEXT.replace("categories = [\n", f'categories = [\n  "{name}",\n')


def test_the_default_policy(policy: Policy) -> None:
    assert policy.agency == "Halden County Emergency Communications"
    assert policy.embargo_us == 20 * 60 * 10**6
    assert policy.k == (8, 20, 50)
    assert set(policy.channels) == set(Channel)
    assert policy.allows(Category.BURGLARY, Channel.NEIGHBORS)


@pytest.mark.parametrize("name", [*(n.name.lower() for n in Never), *NEVER])
def test_a_policy_that_names_class_never_is_refused(name: str) -> None:
    said = refused(with_category(name))
    assert f"categories[0]: {name!r} is of class never" in said
    assert "under any policy; take it out" in said
    assert "of class never" in refused(f"{TEXT}\n[levels]\n{name} = 3\n")


CHANGES: list[tuple[str, str, str]] = [
    (r"version = 1", "version = 0", "version: 0 will not do; write a whole number"),
    (r"version = 1", "", "version: it is missing"),
    (r'agency = "halden"', 'agency = "nowhere"', "agency: there is no agency"),
    (r"America/New_York", "New York", "time_zone: 'New York' will not do"),
    (r"embargo_minutes = 20", "embargo_minutes = 0", "embargo_minutes: 0"),
    (r"embargo_minutes = 20", "embargo_minutes = true", "embargo_minutes: True"),
    (r"\[8, 20, 50\]", "[7, 20, 50]", "k: [7, 20, 50] will not do"),
    (r"\[8, 20, 50\]", "[60, 20, 50]", "k: [60, 20, 50] will not do"),
    (r"\[8, 20, 50\]", "[8, 20]", "k: [8, 20] will not do"),
    (r"_labels = false", '_labels = "no"', "require_reviewed_labels: 'no'"),
    (r'"burglary"', '"burglry"', "did you mean 'burglary'?"),
    (r'"burglary"', '"BURGLARY"', "is an incident code; write its category"),
    (r'"burglary"', "7", "categories[0]: 7 is no category"),
    (r'"burglary"', '"theft"', "'theft' is there twice"),
    (r"embargo_minutes", "embargo_minute", "did you mean embargo_minutes?"),
    (r"channels\.cap", "channels.capp", "did you mean cap?"),
    (r"aliquot.policy/1", "aliquot.policy/2", "format: "),
    (r"= 120", "= 20", "write more than the embargo of 20"),
    (r"(neighbors\]\n\w+) = 120", r"\1 = 121", "channels.neighbors.expire_minutes"),
    (r"(cap\]\n)", r"\1retention = 3\n", "channels.cap.retention: a policy has no"),
]


@pytest.mark.parametrize(("old", "new", "complaint"), CHANGES)
def test_what_is_wrong_is_said(old: str, new: str, complaint: str) -> None:
    changed = re.sub(old, new, TEXT, count=1)
    assert changed != TEXT
    assert complaint in refused(changed)


ADDED = [
    ("[classes]\nDVA = 'approve'", "classes: a policy has no such key"),
    ("[levels]\nrobbery = 1", "levels.robbery: 1 will not do"),
    ("[levels]\nmedical = 3", "levels.medical: 'medical' is of class never"),
    ("[types]\n'10-16' = 'NOPE'", "types.10-16: 'NOPE' is no incident code"),
    ("[types]\nDVA = 'BURGLARY'", "types.DVA: 'DVA' is of class never"),
    ("[types]\ndva = 'BURGLARY'", "types.dva: 'dva' is of class never"),
    ("[types]\n'SUSP ' = 'LARCENY'", "types.SUSP : 'SUSP ' is of class never"),
    ("[types]\n'ＳＵＳＰ' = 'LARCENY'", "'ＳＵＳＰ' is of class never"),
    ("[types]\n'SUSPICIOUS-PERSON' = 'MVA'", "'SUSPICIOUS-PERSON' is of class never"),
    (
        f"[agencies]\nown = '{'Long ' * 13}Name'",
        "agencies.own: write a name of letters",
    ),
    ("[statuses]\nactive = 'closed'", "statuses.active: it is the console's own"),
    ("[statuses]\ndone = 'over'", "statuses.done: 'over' will not do"),
    ("[agencies]\nhalden = 'Call 555-0100'", "agencies.halden: write a name of let"),
    ("[agencies]\n'A B' = 'Town'", "agencies.A B: write a code"),
]


@pytest.mark.parametrize(("text", "complaint"), ADDED)
def test_what_may_not_be_added(text: str, complaint: str) -> None:
    assert complaint in refused(f"{TEXT}\n{text}\n")


def test_all_complaints_at_once() -> None:
    bad = TEXT.replace("version = 1", "version = 0").replace("[8, 20, 50]", "8")
    assert len(refused(bad).splitlines()) == 2


@pytest.mark.parametrize("text", ["", "= 1", "categories = 3", "channels = [1]\nk = 1"])
def test_no_text_is_a_traceback(text: str) -> None:
    assert refused(text)


def test_no_partner_gets_what_the_public_does_not() -> None:
    only = re.sub(r"\[channels\.(cap|geojson|atom|socrata)\]\n.*\n", "", TEXT)
    said = refused(only)
    assert "channels.neighbors: 'theft' would go to a partner only" in said
    less = re.sub(r"(cap|json|atom|rata)(\]\nexpire_minutes) = 120", r"\1\2 = 60", TEXT)
    assert "to a partner only" in refused(less)
    public = f"{only}\n[channels.atom]\nexpire_minutes = 120"
    assert set(parse(public, "x").channels) == {Channel.NEIGHBORS, Channel.ATOM}


def test_an_agencys_own_words() -> None:
    own = TEXT.replace('agency = "halden"', 'agency = "springfield"')
    own += (
        "\n[agencies]\nspringfield = 'Springfield Dispatch'\n[levels]\ntheft = 2\n"
        "[types]\n'10-21' = 'BURGLARY'\nDV = 'DVA'\n[statuses]\ndone = 'closed'\n"
    )
    found = parse(own, "own.toml")
    assert found.agency == "Springfield Dispatch"
    assert found.level(Category.THEFT) == 2
    assert found.types == {"10-21": "BURGLARY", "DV": "DVA"}


def test_the_hash_is_over_what_counts(policy: Policy) -> None:
    same = parse(f"# a comment\n{TEXT}", "x")
    assert same.sha256 == policy.sha256
    hashes = {policy.sha256}
    for old, new in (("= 20\n", "= 21\n"), ('  "burglary",', ""), ("= 120", "= 119")):
        hashes.add(parse(TEXT.replace(old, new), "x").sha256)
    assert len(hashes) == 4


def test_the_hash_takes_in_the_tables(
    policy: Policy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policies, "TABLES_SHA256", "0" * 64)
    assert default_policy().sha256 != policy.sha256


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(KnownProblem, match="cannot be read"):
        read_policy(tmp_path / "none.toml")
    with pytest.raises(KnownProblem, match="is no folder"):
        read_ground(tmp_path / "none")
    assert read_ground(tmp_path) is None


def test_protected_places(tmp_path: Path) -> None:
    assert read_protected(tmp_path) == ()
    path = tmp_path / "protected_places.toml"
    path.write_text("[[place]]\nlatitude = 41.7\nlongitude = -73.9\n")
    assert read_protected(tmp_path) == ((41.7, -73.9),)
    damage = ("[[place]]\nlatitude = 41.7\n", "place = 3", "[[place")
    nowhere = ("nan", "inf", "-181", "true", "''")
    unusable = (f"[[place]]\nlatitude = 1.0\nlongitude = {n}\n" for n in nowhere)
    for damaged in (*damage, *unusable):
        path.write_text(damaged)
        with pytest.raises(KnownProblem, match="latitude and longitude"):
            read_protected(tmp_path)


def test_the_default_file_is_plain_toml() -> None:
    assert set(tomllib.loads(TEXT)["channels"]) == {c.name.lower() for c in Channel}

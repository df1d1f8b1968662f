"""`[release]` and `[[partners]]` of profile.toml."""

from __future__ import annotations

import pytest

from aliquot.console.problems import KnownProblem
from aliquot.console.settings import PartnerConfig, ReleaseSettings, Settings
from aliquot.console.settings_file import parse, render

ONE = PartnerConfig(name="ring", channel="neighbors", url="https://feed.test/items")
TWO = PartnerConfig(
    name="site", channel="atom", url="http://10.0.0.7:8080/a", allow_plain=True
)
HERE = PartnerConfig(name="here", channel="cap", url="http://127.0.0.1:8080/items")


def test_what_is_written_is_read_again() -> None:
    settings = Settings(
        release=ReleaseSettings(policy='our "own".toml'), partners=(ONE, TWO, HERE)
    )
    assert parse(render(settings), "profile.toml") == settings
    assert parse("", "profile.toml").partners == ()
    assert parse("", "profile.toml").release.policy == ""


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ('url = "ftp://feed.test/"', "https://HOST/PATH"),
        ('url = "https://user:word@feed.test/"', "https://HOST/PATH"),
        ('url = "https://feed.test/?key=1"', "https://HOST/PATH"),
        ('url = "https://feed.test:99999/"', "https://HOST/PATH"),
        ('url = "http://feed.test/items"', "use https"),
        ('url = "https://a.test/"\nchanel = "cap"', "did you mean channel?"),
        ('url = "https://a.test/"\nallow_plain = "yes"', "true or false"),
    ],
)
def test_what_is_wrong_is_named(line: str, complaint: str) -> None:
    text = f'[[partners]]\nname = "ring"\nchannel = "neighbors"\n{line}\n'
    with pytest.raises(KnownProblem, match="partners") as problem:
        parse(text, "profile.toml")
    assert complaint in str(problem.value)
    assert (problem.value.code, problem.value.exit_code) == ("bad_settings", 2)


def test_an_address_is_one_partners() -> None:
    one = '[[partners]]\nname = "a"\nchannel = "cap"\nurl = "https://a.test/i"\n'
    two = '[[partners]]\nname = "b"\nchannel = "atom"\nurl = "https://a.test/i/"\n'
    with pytest.raises(KnownProblem, match="another partner's"):
        parse(one + two, "profile.toml")
    with pytest.raises(KnownProblem, match="is taken"):
        parse(one + one.replace("/i", "/j"), "profile.toml")


@pytest.mark.parametrize("key", ["name", "channel", "url"])
def test_a_partner_needs_all_three(key: str) -> None:
    lines = {"name": '"a"', "channel": '"cap"', "url": '"https://a.test/"'}
    del lines[key]
    rest = "\n".join(f"{name} = {value}" for name, value in lines.items())
    with pytest.raises(KnownProblem, match=rf"partners\[1\].{key}: it is missing"):
        parse(f"[[partners]]\n{rest}\n", "profile.toml")

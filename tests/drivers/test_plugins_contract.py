"""What every line driver must keep to, whoever wrote it. See docs/drivers.md."""

from __future__ import annotations

import random
from collections.abc import Sequence
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aliquot.drivers.lines import plugins
from aliquot.drivers.lines.api import (
    FIELD_NAMES,
    AliRecord,
    CallSignal,
    Chunk,
    Frame,
    Heard,
    LineDriver,
    LineSettings,
    Noise,
    OpenCall,
    Warnings,
)
from aliquot.drivers.lines.talk import Ask, AskKind, TalkingDriver

UTC = 1_795_285_276_000_000
NS = 1_000_000_000
KNOWN = frozenset(Warnings().known)
DRIVERS = [p.driver for p in plugins.plugins().values() if p.driver is not None]
WORDS = (
    *(b"RING\r\n", b"NMBR=6175550142\r\n", b"\x02", b"\x03", b"\r\n\r\n", b"\x00"),
    *(b"Event: Hangup\r\n", b"Uniqueid: 1.1\r\n", b'"', b",", b"\xff\xfe", b"\xc3"),
    *(b"DATE=", b"CID: *NMBR*", b"0!KL0634", b"-------- ", b"PUT /a HTTP/1.1\r\n"),
    *(b"Content-Length: 9\r\n\r\n", b"<presence", b"{", b"(617) 555-0142", b"\\n"),
)
each_driver = pytest.mark.parametrize("driver", DRIVERS, ids=lambda one: one.name)
junk = st.lists(
    st.one_of(st.binary(max_size=40), st.sampled_from(WORDS)), max_size=30
).map(b"".join)
quick = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def sample(driver: LineDriver) -> bytes:
    return plugins.sample(driver) or b"\r\n".join(WORDS)


def cut(
    driver: LineDriver, data: bytes, sizes: Sequence[int] = (), start: int = 0
) -> list[Frame | Noise]:
    """All of ``data`` at one time, in chunks of ``sizes``, then the silence after."""
    framer = driver.framer(LineSettings(), start)
    out: list[Frame | Noise] = []
    at = 0
    for size in [*sizes, len(data)]:
        if at >= len(data):
            break
        out += framer.feed(Chunk(data[at : at + size], UTC, NS))
        at += size
    for _ in range(1000):
        due = framer.deadline_ns
        if due is None:
            break
        out += framer.tick(UTC + (due - NS) // 1000, due)
    assert framer.deadline_ns is None, "the framer always wants more time"
    out += framer.flush()
    assert framer.pending == 0
    return out


def joined(found: Sequence[Frame | Noise]) -> list[Frame | bytes]:
    """Noise that lies side by side is one, as it is for whoever looks at it."""
    out: list[Frame | bytes] = []
    for one in found:
        if isinstance(one, Noise) and out and isinstance(out[-1], bytes):
            out[-1] += one.raw
        else:
            out.append(one.raw if isinstance(one, Noise) else one)
    return out


def decode(driver: LineDriver, found: Sequence[Frame | Noise]) -> list[Heard]:
    names = {option.name for option in plugins.options(driver)}
    told = {"all_calls": True} if "all_calls" in names else {}
    decoder = driver.decoder(LineSettings(options=told))
    heard: list[Heard] = []
    for one in found:
        heard += [one] if isinstance(one, Noise) else decoder.decode(one)
    return heard


def check_conserved(found: Sequence[Frame | Noise], data: bytes, start: int) -> None:
    """Each byte is in exactly one thing given out, in order."""
    assert b"".join(one.raw for one in found) == data
    at = start
    for one in found:
        assert (one.start, one.end) == (at, at + len(one.raw))
        at = one.end
        if isinstance(one, Frame):
            assert 0 <= one.payload_at <= len(one.raw)
            assert len(one.payload) <= len(one.raw)


def check_heard(heard: Heard) -> None:
    if isinstance(heard, Noise):
        return
    assert set(heard.warnings) <= KNOWN
    assert list(heard.warnings) == sorted(set(heard.warnings))
    if not isinstance(heard, AliRecord | CallSignal):
        return
    assert set(heard.fields) <= set(FIELD_NAMES)
    assert heard.layout
    for name, value in heard.fields.items():
        assert value != "", name
        assert isinstance(value, str | int | float)
    assert set(heard.spans) <= set(heard.fields)
    for begin, end in heard.spans.values():
        assert 0 <= begin <= end <= len(heard.raw)
    number = heard.fields.get("callback_number")
    if number is not None:
        check_callback(str(number))
    if isinstance(heard, CallSignal):
        assert heard.call_key


def check_callback(number: str) -> None:
    assert len(number) == 10
    assert number.isdecimal()
    assert not number.startswith("911")
    assert number[3:6] not in {"911", "511", "211"}


@each_driver
@quick
@given(data=junk, sizes=st.lists(st.integers(1, 9), max_size=60))
def test_every_byte_comes_out_once_whatever_the_chunks(
    driver: LineDriver, data: bytes, sizes: list[int]
) -> None:
    whole = cut(driver, data, start=7)
    check_conserved(whole, data, 7)
    pieces = cut(driver, data, sizes, start=7)
    check_conserved(pieces, data, 7)
    assert joined(pieces) == joined(whole)


@each_driver
@quick
@given(data=junk)
def test_nothing_that_comes_stops_the_decoder(driver: LineDriver, data: bytes) -> None:
    for heard in decode(driver, cut(driver, data)):
        check_heard(heard)


@each_driver
def test_the_sample_damaged_in_many_ways_stops_nothing(driver: LineDriver) -> None:
    rng = random.Random(driver.name)
    good = sample(driver)
    for _ in range(120):
        data = bytearray(good)
        for _ in range(rng.randrange(1, 6)):
            at = rng.randrange(len(data))
            how = rng.randrange(3)
            if how == 0:
                data[at] ^= 1 << rng.randrange(8)
            elif how == 1:
                del data[at : at + rng.randrange(1, 4)]
            else:
                data[at:at] = rng.randbytes(rng.randrange(1, 4))
            data = data or bytearray(b"?")
        found = cut(driver, bytes(data))
        check_conserved(found, bytes(data), 0)
        for heard in decode(driver, found):
            check_heard(heard)


@each_driver
def test_the_sample_is_understood_and_always_the_same(driver: LineDriver) -> None:
    data = plugins.sample(driver)
    if not data:
        pytest.skip(f"the driver {driver.name} gives no sample")
    heard = decode(driver, cut(driver, data))
    said = [one for one in heard if not isinstance(one, Noise)]
    assert said, "nothing of the driver's own sample is understood"
    names = plugins.layout_names(driver)
    for one in said:
        check_heard(one)
        assert not names or one.layout in names
    for sizes in ([1] * len(data), [7] * len(data)):
        assert decode(driver, cut(driver, data, sizes)) == heard


@each_driver
def test_a_driver_claims_its_own_sample_and_no_other_does(driver: LineDriver) -> None:
    data = plugins.sample(driver)
    if not data or not hasattr(driver, "claims"):
        pytest.skip(f"the driver {driver.name} gives no sample, or claims nothing")
    if not plugins.claims(driver, data):  # then it must never claim anything
        assert [o.name for o in DRIVERS if plugins.claims(driver, sample(o))] == []
    others = [o.name for o in DRIVERS if o is not driver and plugins.claims(o, data)]
    assert others == []
    assert not plugins.claims(driver, b"")
    assert not plugins.claims(driver, b"\x02214 (850) 555-0101  05/03 18:42")


@each_driver
def test_calls_that_were_open_can_be_given_back(driver: LineDriver) -> None:
    decoder = driver.decoder(LineSettings())
    heard = decode(driver, cut(driver, sample(driver)))
    keys = {one.call_key for one in heard if isinstance(one, CallSignal)}
    foreign = [OpenCall("no key of this driver", False), OpenCall("-", True)]
    decoder.restore([OpenCall(key, False) for key in sorted(keys)] + foreign)
    for frame in cut(driver, sample(driver)):
        for one in decoder.decode(frame) if isinstance(frame, Frame) else ():
            check_heard(one)
    driver.decoder(LineSettings()).restore([])


@each_driver
def test_a_long_stream_costs_bounded_memory(driver: LineDriver) -> None:
    framer = driver.framer(LineSettings())
    rng = random.Random(driver.name)
    most = 0
    block = b"".join(rng.choice(WORDS) for _ in range(4000))
    for n in range(8):
        framer.feed(Chunk(block, UTC + n, NS + n))
        most = max(most, framer.pending)
    assert most <= 5 * 2**20


@each_driver
def test_options_can_be_asked_for_and_shown(driver: LineDriver) -> None:
    options = plugins.options(driver)
    names = [option.name for option in options]
    assert len(names) == len(set(names))
    assert plugins.title(driver)
    for option in options:
        assert option.text.strip().endswith((".", "?")), option.name
        assert isinstance(option.kind, plugins.OptionKind)
        if option.kind is plugins.OptionKind.CHOICE:
            assert option.default in option.choices
        elif option.kind is plugins.OptionKind.FLAG:
            assert isinstance(option.default, bool)
        elif option.kind is plugins.OptionKind.NUMBER:
            assert isinstance(option.default, int | float)
    with suppress(
        ValueError, plugins.DriverError
    ):  # a wrong value is refused in words, or passed over
        driver.decoder(LineSettings(options=dict.fromkeys(names, "no such value")))


@each_driver
@quick
@given(data=junk)
def test_a_conversation_never_raises(driver: LineDriver, data: bytes) -> None:
    if not isinstance(driver, TalkingDriver):
        pytest.skip(f"the driver {driver.name} does not speak")
    talk = driver.conversation(LineSettings())
    assert isinstance(talk.opened(NS), bytes)
    now = NS
    for at in range(0, len(data), 5):
        now += NS // 10
        assert isinstance(talk.heard(Chunk(data[at : at + 5], UTC, now)), bytes)
        assert isinstance(talk.tick(now), bytes)
        for kind in AskKind:
            number = "6175550142" if kind is AskKind.DIAL else None
            said = talk.ask(Ask(kind, number), now)
            assert said is None or isinstance(said, bytes)
    assert talk.trouble is None or talk.trouble.strip()


@each_driver
def test_what_must_not_be_dialled_is_never_dialled(driver: LineDriver) -> None:
    if not isinstance(driver, TalkingDriver):
        pytest.skip(f"the driver {driver.name} does not speak")
    for number in (
        "911",
        "9115550142",
        "6175115550",
        "6172115550",
        "6179110000",
        "",
        "x",
    ):
        talk = driver.conversation(LineSettings())
        talk.opened(NS)
        for _ in range(6):
            talk.heard(Chunk(b"\r\nOK\r\n", UTC, NS))
        assert not talk.ask(Ask(AskKind.DIAL, number), NS), number


def test_the_contract_is_tried_on_every_driver_there_is() -> None:
    listed = plugins.plugins()
    assert [p.name for p in listed.values() if p.error] == []
    names = {one.name for one in DRIVERS}
    assert {"ali", "asterisk", "modem", "ncid", "cdr_asterisk"} <= names
    assert {"smdr_nec", "smdr_nortel", "smdr_hipath"} <= names

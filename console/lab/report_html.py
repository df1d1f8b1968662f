"""The conformance report as one HTML page: no script, nothing fetched, fit to print."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from aliquot.console.lab import words
from aliquot.console.lab.report import CodeLine, LayoutLine, Place, Report, Spread

_STYLE = """
:root { color-scheme: light dark; --ink: #16202b; --soft: #55616e; --line: #d5dbe1;
  --page: #ffffff; --head: #f2f5f7; --bar: #3f7cac; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6ebf0; --soft: #9aa7b4;
  --line: #34404c; --page: #12181f; --head: #1b232c; --bar: #6ba6d6; --bad: #ff8a80; } }
* { box-sizing: border-box; }
body { margin: 2rem auto; max-width: 62rem; padding: 0 1.5rem; color: var(--ink);
  background: var(--page); font: 15px/1.45 system-ui, "DejaVu Sans", sans-serif; }
h1 { font-size: 1.6rem; margin: 0 0 .2rem; }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; break-after: avoid; }
p { margin: .3rem 0; } .soft { color: var(--soft); } .bad { color: var(--bad); }
table { border-collapse: collapse; width: 100%; margin: .4rem 0; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0;
  border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
th { background: var(--head); font-weight: 600; overflow-wrap: normal; }
th:first-child, td:first-child { padding-left: .4rem; }
td.n, th.n { text-align: right; white-space: nowrap; overflow-wrap: normal;
  font-variant-numeric: tabular-nums; }
td.w { width: 9rem; } td.t { white-space: nowrap; } tr { break-inside: avoid; }
code { font: .92em ui-monospace, "DejaVu Sans Mono", monospace; }
.bar { height: .55rem; background: var(--bar); border-radius: 2px; margin-top: .4rem; }
.sum { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr));
  gap: .6rem; margin: 1rem 0; }
.sum div { border: 1px solid var(--line); border-radius: 6px; padding: .5rem .7rem; }
.sum b { display: block; font-size: 1.35rem; font-variant-numeric: tabular-nums; }
ul { margin: .2rem 0; padding-left: 1.2rem; columns: 2; }
@media print { :root { --ink: #000; --soft: #444; --line: #bbb; --page: #fff;
  --head: #eee; --bar: #555; --bad: #000; } body { margin: 0; max-width: none;
  font-size: 10.5pt; } .bar { print-color-adjust: exact; } }
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_COLUMNS = {"#": "n", "|": "w", "!": "t"}  # numbers, bars, what is not broken
_MASKED = "Numbers, names and places of callers are masked: # is a digit, X and x are letters."
_OPEN = "This report shows what callers said of themselves. Handle it as a call record."


def to_html(report: Report) -> str:
    title = f"Conformance of {report.line or report.file}"
    parts = [
        f"<h1>{_e(title)}</h1>",
        _head(report),
        _summary(report),
        _section("Fields", _fields(report), "No record was decoded."),
        _section("Warnings", _codes(report.warnings, "records"), "None."),
        _section("Noise", _codes(report.noise, "bytes"), "None."),
        _never(report),
        _section("Records", _counts(report)),
        _section("Times", _times(report)),
        _section("Layout", _layouts(report.layouts), "None was recognised."),
        _section("Recording", _recording(report)),
    ]
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_e(title)}</title>\n<style>{_STYLE}</style></head>\n<body>\n"
        + "\n".join(parts)
        + "\n</body></html>\n"
    )


def _e(text: object) -> str:
    """Escaped; control characters as a sign, so that none reaches a printer."""
    plain = "".join(
        c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in str(text)
    )
    return escape(plain)


def _head(report: Report) -> str:
    period = "nothing recorded"
    if report.began is not None and report.ended is not None:
        period = f"{_moment(report.began)} to {_moment(report.ended)}"
    what = f"{period} · {_time(report.duration_s)} · {_e(report.file)}"
    mask = f'<p class="soft">{_MASKED}</p>' if report.masked else ""
    head = f'<p class="soft">{what}</p>' + (mask or f'<p class="bad">{_OPEN}</p>')
    if report.left_out:
        head += f'<p class="bad">{_e(report.left_out)}</p>'
    return head


def _section(title: str, body: str, empty: str = "") -> str:
    inside = body or f'<p class="soft">{_e(empty)}</p>'
    return f"<h2>{_e(title)}</h2>\n{inside}"


def _summary(report: Report) -> str:
    lost = sum(line.count for line in report.noise if line.code not in words.HARMLESS)
    figures = [
        (report.records, "records"),
        *([(report.signals, "call signals")] if report.signals else []),
        (len(report.fields), "fields seen"),
        (len(report.warnings), "sorts of warning"),
        (lost, "stretches of noise with loss"),
        (_amount(report.received_bytes), "bytes"),
    ]
    cells = "".join(f"<div><b>{_e(n)}</b>{_e(what)}</div>" for n, what in figures)
    return f'<div class="sum">{cells}</div>'


def _amount(number: int) -> str:
    return f"{number:,}"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A head's first sign says what its column is. Cells are HTML already."""
    lines = list(rows)
    if not lines:
        return ""
    kinds = [_n(_COLUMNS.get(head[:1], "")) for head in heads]
    names = [_e(head.lstrip("".join(_COLUMNS))) for head in heads]
    top = "".join(f"<th{k}>{n}</th>" for k, n in zip(kinds, names, strict=True))
    body = "".join(_row(kinds, row) for row in lines)
    return f"<table><thead><tr>{top}</tr></thead><tbody>\n{body}</tbody></table>"


def _row(kinds: Sequence[str], cells: Sequence[str]) -> str:
    inside = "".join(f"<td{k}>{c}</td>" for k, c in zip(kinds, cells, strict=True))
    return f"<tr>{inside}</tr>\n"


def _n(name: str) -> str:
    return f' class="{name}"' if name else ""


def _bar(share: float) -> str:
    return f'<div class="bar" style="width:{min(1.0, share) * 100:.1f}%"></div>'


def _fields(report: Report) -> str:
    rows = (
        (
            _e(words.field(f.name)),
            _amount(f.count),
            f"{f.share:.0%}",
            _bar(f.share),
            f"<code>{_e(f.example)}</code>",
        )
        for f in report.fields
    )
    return _table(("Field", "#Records", "#Share", "|", "Example"), rows)


def _codes(lines: Sequence[CodeLine], of: str) -> str:
    rows = (
        (
            f"<code>{_e(one.code)}</code>",
            _amount(one.count),
            f"{one.share:.1%}",
            _e(one.sentence),
            _place(one.first),
        )
        for one in lines
    )
    return _table(("!Code", "#Count", f"#Of all {of}", "Meaning", "!First"), rows)


def _place(place: Place) -> str:
    return f"{_moment(place.at)}<br>byte {_amount(place.offset)}"


def _moment(at: str) -> str:
    """Without the parts of a second."""
    return _e(at[:19].replace("T", " ") + " UTC")


def _never(report: Report) -> str:
    parts = [
        _list("Fields of the layout", (words.field(n) for n in report.never.fields)),
        _list("Classes of service", report.never.classes),
        _list("Events", report.never.events),
    ]
    advice = "Ask for a test call of each before the line is relied upon."
    body = "\n".join(p for p in parts if p)
    if not body:
        return _section("Never seen", "", "Everything that is looked for was seen.")
    return _section("Never seen", f'<p class="soft">{advice}</p>{body}')


def _list(title: str, entries: Iterable[str]) -> str:
    found = "".join(f"<li>{_e(one)}</li>" for one in entries)
    return f"<p><b>{_e(title)}</b></p><ul>{found}</ul>" if found else ""


def _counts(report: Report) -> str:
    framings = {words.FRAMINGS.get(k, k): n for k, n in report.by_framing.items()}
    parts = [
        _tally("End of frame seen by", framings),
        _tally("Class of service", report.by_class),
        _tally("Event", report.by_event),
    ]
    return "\n".join(p for p in parts if p)


def _tally(head: str, counts: Mapping[str, int]) -> str:
    total = max(1, sum(counts.values()))
    rows = (
        (_e(name), _amount(n), f"{n / total:.0%}", _bar(n / total))
        for name, n in counts.items()
    )
    return _table((head, "#Count", "#Share", "|"), rows)


def _times(report: Report) -> str:
    spreads = (
        ("Silence waited for behind a record", report.latency_ms, "ms", 0),
        ("Time to decode a record", report.decode_us, "µs", 0),
        ("From one record to the next", report.between_records_s, "s", 1),
    )
    rows = [(_e(what), *_spread(s, unit, digits)) for what, s, unit, digits in spreads]
    table = _table(("", "#Median", "#95 %", "#Most"), rows)
    return (
        f"{table}<p>Longest silence: {_time(report.longest_silence_s)}. "
        f"Busiest: {report.busiest_bytes_per_s:,.0f} bytes a second.</p>"
    )


def _spread(one: Spread, unit: str, digits: int) -> tuple[str, str, str]:
    def said(value: float | None) -> str:
        return "–" if value is None else f"{value:,.{digits}f} {unit}"

    return said(one.p50), said(one.p95), said(one.most)


def _time(seconds: float) -> str:
    whole = round(seconds)
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    if hours:
        return f"{hours} h {minutes:02} min"
    return f"{minutes} min {rest:02} s" if minutes else f"{seconds:.1f} s"


def _layouts(lines: Sequence[LayoutLine]) -> str:
    rows = (
        (
            f"<code>{_e(one.name)}</code>",
            _e(one.title),
            _amount(one.records),
            f"<code>{_e(one.sha256)}</code>",
        )
        for one in lines
    )
    return _table(("Name", "Title", "#Records", "SHA-256 of its file"), rows)


def _recording(report: Report) -> str:
    rows = [
        ("File", _e(report.file)),
        ("SHA-256 of the file", f"<code>{_e(report.sha256 or '–')}</code>"),
        ("Line and driver", _e(f"{report.line or '–'}, {report.driver}")),
        ("Speed and format", _e(f"{report.baud or '–'} baud, {report.format or '–'}")),
        ("Damaged lines of the file", _amount(report.damaged_lines)),
        *((_e(name), _e(text)) for name, text in report.versions.items()),
    ]
    return _table(("!", ""), rows)

"""What to do when nobody reads standard output any more (`| head`)."""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import TextIOWrapper

# Of standard input, output and error, by number, and what is done with letters that
# are none: a file's name goes out as it came, a message is always said.
_STREAMS = (
    ("stdin", "r", "strict"),
    ("stdout", "w", "surrogateescape"),
    ("stderr", "w", "backslashreplace"),
)
_GONE = select.POLLERR | select.POLLHUP | select.POLLNVAL


def whole_streams() -> None:
    """Open what the caller has closed (`>&-`) onto nothing. Else the next file that is
    opened takes the number, and what a library writes to standard error goes into it.
    What goes out is UTF-8 in every locale."""
    for number, (name, mode, errors) in enumerate(_STREAMS):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(number, mode))
        stream = getattr(sys, name)
        if mode == "w" and isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors=errors)


@contextmanager
def quiet_pipe() -> Iterator[None]:
    """What is printed inside may end early; what comes after is done all the same."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        if not reader_is_gone():
            raise
        leave_quietly()


def reader_is_gone() -> bool:
    """Whether it is standard output that nobody reads, and no other pipe or socket."""
    handle = _handle()
    if handle is None:
        return False
    poll = select.poll()
    poll.register(handle, 0)
    return any(seen & _GONE for _, seen in poll.poll(0))


def output_lost() -> OSError | None:
    """Why what was printed cannot be written: a full disk, a reader that is gone. What
    is left of it is thrown away, for the interpreter would try once more."""
    try:
        sys.stdout.flush()
    except OSError as why:
        leave_quietly()
        return why
    return None


def unheard() -> None:
    """From now on standard error goes nowhere: its reader is gone, or its disk full."""
    with suppress(AttributeError, OSError, ValueError):
        _to_nowhere(sys.stderr.fileno())


def leave_quietly() -> int:
    """Exit code 0. The interpreter flushes once more on leaving: it has somewhere."""
    handle = _handle()
    if handle is not None:
        _to_nowhere(handle)
    return 0


def _to_nowhere(handle: int) -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, handle)
    os.close(nowhere)


def _handle() -> int | None:
    """Of standard output; a test's own has none."""
    try:
        return sys.stdout.fileno()
    except (AttributeError, OSError, ValueError):
        return None

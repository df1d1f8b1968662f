"""A program that ends with the one that began it, however that one ended.

    python -m aliquot.console.demo.tied line simulate halden.rec

is `aliquot line simulate halden.rec`, with a pipe for standard input whose other end
the parent holds and never writes to. Only the death of the parent, a kill -9 too, closes
that end; the kernel then sends SIGTERM here.
"""

from __future__ import annotations

import fcntl
import os
import runpy
import select
import signal

STANDARD_INPUT = 0


def tie(pipe: int = STANDARD_INPUT) -> None:
    """Have this process told to end when the other end of ``pipe`` is closed."""
    fcntl.fcntl(pipe, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(pipe, fcntl.F_SETSIG, signal.SIGTERM)
    flags = fcntl.fcntl(pipe, fcntl.F_GETFL)
    fcntl.fcntl(pipe, fcntl.F_SETFL, flags | os.O_ASYNC)
    if _is_closed(pipe):  # before the kernel was asked
        signal.raise_signal(signal.SIGTERM)


def _is_closed(pipe: int) -> bool:
    poll = select.poll()
    poll.register(pipe, 0)  # a hang-up is told always
    return any(seen & select.POLLHUP for _pipe, seen in poll.poll(0))


if __name__ == "__main__":
    tie()
    runpy.run_module("aliquot.console", run_name="__main__", alter_sys=True)

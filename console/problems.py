"""Problems with a known cause. Everything else that is raised is a bug.

``KnownProblem`` says what happened, what it means and what to do, and carries the
exit code of the command line contract.
"""

from __future__ import annotations

EXIT_NO = 1  # the answer is no
EXIT_USAGE = 2  # usage, missing or unreadable file
EXIT_LOCKED = 3  # the profile is locked
EXIT_UNAVAILABLE = 4  # peer, port or privilege unavailable
EXIT_INTERRUPTED = 130


class KnownProblem(Exception):  # noqa: N818 - the word users read
    """A problem a person can act on. ``code`` is stable, the text is for a person."""

    exit_code = EXIT_UNAVAILABLE

    def __init__(self, code: str, message: str, exit_code: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        if exit_code is not None:
            self.exit_code = exit_code

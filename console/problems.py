"""Problems with a known cause. Everything else that is raised is a bug.

``KnownProblem`` says what happened, what it means and what to do, and carries the
exit code of the command line contract.
"""

from __future__ import annotations

import errno

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


_WORDS = {
    errno.ENOENT: "there is no such file",
    errno.ENOTDIR: "a part of its path is a file, no folder",
    errno.EISDIR: "it is a folder, no file",
    errno.EACCES: "you have no right to it",
    errno.EPERM: "you have no right to it",
    errno.EROFS: "the disk can only be read",
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "your share of the disk is used up",
    errno.EFBIG: "the file would be too large",
    errno.EIO: "the disk failed",
    errno.EMFILE: "too many files are open",
    errno.ENAMETOOLONG: "its name is too long",
}


def in_words(why: OSError | UnicodeError) -> str:
    """What the system said of a file, for a person: no number, no name."""
    if isinstance(why, UnicodeError):
        return "it is no text in UTF-8"
    known = _WORDS.get(why.errno or 0)
    return known or (why.strerror or type(why).__name__).lower()

"""What the log says of a rule of releases: asked on a connection, or of a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from aliquot.console.store.database import open_database

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
A = TypeVar("A")


class Word(Protocol[T_co]):
    """Raises ``KnownProblem`` of the log."""

    def upto(self) -> int:
        """The number of the last entry about it; 0 for none."""

    def in_force(self) -> T_co: ...


class WordOf(Generic[T]):
    """For whoever asks, in his own thread. ``connection``: that thread's."""

    def __init__(
        self, word: Callable[[Any], Word[T]], connection: Callable[[], Any]
    ) -> None:
        self._word = word
        self._connection = connection

    def upto(self) -> int:
        return self._word(self._connection()).upto()

    def in_force(self) -> T:
        return self._word(self._connection()).in_force()


class WordIn(Generic[T]):
    """Of a log file, which need not be there; opened each time."""

    def __init__(self, word: Callable[[Any], Word[T]], path: Path, nothing: T) -> None:
        self._word = word
        self._path = path
        self._nothing = nothing

    def upto(self) -> int:
        return self._ask(lambda word: word.upto(), 0)

    def in_force(self) -> T:
        return self._ask(lambda word: word.in_force(), self._nothing)

    def _ask(self, question: Callable[[Word[T]], A], nothing: A) -> A:
        if not self._path.exists():
            return nothing
        database = open_database(self._path, read_only=True)
        try:
            return question(self._word(database.conn))
        finally:
            database.conn.close()

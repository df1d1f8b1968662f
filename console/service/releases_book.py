"""The rules in force: policy and place tree, read again when their files change.

Reading a tree takes long and is no work for the writer: a worker calls ``refresh``,
everybody else looks at what is there. A file that changed since makes the rules
stale, and with stale rules nothing leaves.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from aliquot.console.problems import KnownProblem
from aliquot.console.settings import PartnerConfig

if TYPE_CHECKING:
    from aliquot.console.release.places import TreePlaces
    from aliquot.console.release.policy import Policy
    from aliquot.console.release.proposal import Under
    from aliquot.console.release.protected import InForce
    from aliquot.console.release.sources import Ground

_log = logging.getLogger(__name__)

FileMark = tuple[int, int, int, int] | None
Mark = tuple[str | None, int, tuple[FileMark, ...]]
_TREE_FILES = ("geofile.json", "protected_places.toml")


class ProtectedSays(Protocol):
    """What the log says of protected places. Raises ``KnownProblem`` of the log."""

    def upto(self) -> int:
        """The number of its last entry about them."""

    def in_force(self) -> InForce: ...


@dataclass(frozen=True, slots=True)
class Rules:
    """What is in force. ``problem``: why nothing can be released, for a person.

    ``unnoted``: places are protected that the log does not know of yet."""

    policy: Policy | None = None
    places: TreePlaces | None = None
    tree_sha256: str | None = None
    problem: str | None = None
    unnoted: bool = False

    @property
    def under(self) -> Under | None:
        """None: without a policy or a tree nothing can be proposed or sent."""
        from aliquot.console.release.proposal import Under

        if self.policy is None or self.places is None or self.tree_sha256 is None:
            return None
        constants = self.policy.constants(self.places.public)
        return Under(constants, self.policy.sha256, self.tree_sha256)


NOT_READ = Rules(problem="Policy and place tree are being read.")
NO_TREE = (
    "There is no place tree, so nothing can be released. Run: aliquot geofile import"
)
STALE = "Policy or place tree have just changed and are being read."


class Book:
    """The rules of a profile. Usable from any thread."""

    def __init__(
        self,
        policy: Path | None,
        geofile: Path,
        decided: Callable[[], str | None] | None = None,
        protected: ProtectedSays | None = None,
    ) -> None:
        """``policy`` None: the one that comes with the program. ``decided``: the tree
        that the log says is in use; ``protected``: what it says of protected places.
        Both are asked in the thread that asks for the rules."""
        self._policy = policy
        self._geofile = geofile
        self._decided = decided
        self._protected = protected
        self._guard = threading.Lock()
        # One value, so that nobody sees rules beside the mark of others.
        self._last: tuple[Rules, Mark | None] = (NOT_READ, None)

    def now(self) -> Rules:
        """What is in force; with a problem while it has to be read again."""
        rules, mark = self._last
        try:
            if mark is None or mark == self._marks(rules):
                return rules
        except KnownProblem as why:
            return Rules(policy=rules.policy, problem=str(why))
        return Rules(policy=rules.policy, problem=STALE)

    def expiry_us(self, channel: str) -> int | None:
        """How old an incident may be that is delivered to a channel, in µs; 0 where
        the policy has no such channel, None while there is no policy."""
        from aliquot.console.release.codes import Channel

        policy = self._last[0].policy
        if policy is None:
            return None
        rule = policy.channels.get(Channel[channel.upper()])
        return 0 if rule is None else rule.expire_us

    def refresh(self) -> bool:
        """Read again if a file changed, or the log says another tree; whether anything
        is other than before."""
        with self._guard:
            rules, mark = self._last
            try:
                if self._marks(rules) == mark:
                    return False
                decided, upto, known = self._asked(), self._upto(), self._in_force()
            except KnownProblem as why:
                return self._unreadable(str(why))
            self._settle(decided)
            files = self._files()
            rules = self._read(decided, known)
            self._last = rules, (_other(decided, rules), upto, files)
            return True

    def _unreadable(self, why: str) -> bool:
        """Nobody knows which tree is in force; asked for again the next time."""
        before, _ = self._last
        rules = Rules(policy=before.policy, problem=why)
        self._last = rules, None
        return rules != before

    def _settle(self, decided: str | None) -> None:
        """The folder is made to say what the log says."""
        if decided is None:
            return
        from aliquot.console.geo.geofile_folder import GeofileFolder
        from aliquot.console.geo.tree_settling import settle

        with suppress(KnownProblem):  # the reading says it
            settle(GeofileFolder(self._geofile), decided)

    def fresh(self) -> Rules:
        """What is in force, read again if need be. Can take a second."""
        self.refresh()
        return self.now()

    def _read(self, decided: str | None, known: InForce | None) -> Rules:
        from aliquot.console.release.sources import read_ground, read_policy

        policy: Policy | None = None
        geofile = self._geofile
        try:
            policy = read_policy(self._policy)
            ground = read_ground(geofile, decided) if geofile.is_dir() else None
        except KnownProblem as why:
            return Rules(policy=policy, problem=str(why))
        except Exception as bug:  # noqa: BLE001 - said, and nothing is released
            _log.exception("The rules of release cannot be read.")
            text = f"Policy or place tree cannot be read: {bug!r}."
            return Rules(policy=policy, problem=text)
        if ground is None:
            return Rules(policy=policy, problem=NO_TREE)
        return self._guarded(policy, ground, known)

    def _guarded(self, policy: Policy, ground: Ground, known: InForce | None) -> Rules:
        """No place that was protected may have gone missing."""
        from aliquot.console.release.sources import protected_problem

        if known is None:
            return Rules(policy, ground.places, ground.sha256)
        if problem := protected_problem(self._geofile, ground.places.protected, known):
            return Rules(policy=policy, problem=problem)
        unnoted = not known.knows(ground.places.protected)
        return Rules(policy, ground.places, ground.sha256, unnoted=unnoted)

    def _marks(self, rules: Rules) -> Mark:
        return _other(self._asked(), rules), self._upto(), self._files()

    def _upto(self) -> int:
        return 0 if self._protected is None else self._protected.upto()

    def _in_force(self) -> InForce | None:
        return None if self._protected is None else self._protected.in_force()

    def _asked(self) -> str | None:
        return None if self._decided is None else self._decided()

    def _files(self) -> tuple[FileMark, ...]:
        paths = [self._geofile / name for name in _TREE_FILES]
        if self._policy is not None:
            paths.append(self._policy)
        return tuple(map(_mark, paths))


def _other(decided: str | None, rules: Rules) -> str | None:
    """The tree that the log says is in use, if these rules are of another."""
    return None if decided == rules.tree_sha256 else decided


def _mark(path: Path) -> FileMark:
    """None where nothing is; a link to nowhere is something."""
    for look in (path.stat, path.lstat):
        with suppress(OSError):
            found = look()
            # The change time too: who writes in place can set the others back.
            times = found.st_mtime_ns, found.st_ctime_ns
            return *times, found.st_size, found.st_ino
    return None


@dataclass(frozen=True, slots=True)
class ReleaseSide:
    """What the services know of releases beside the log: rules and partners."""

    rules: Callable[[], Rules]
    partners: tuple[PartnerConfig, ...] = ()

    def partners_of(self, channel: str) -> tuple[PartnerConfig, ...]:
        return tuple(p for p in self.partners if p.channel == channel)


def no_rules() -> Rules:
    return Rules(problem="Nothing can be released here.")


NO_RELEASES = ReleaseSide(no_rules)

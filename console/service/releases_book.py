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
    from aliquot.console.release.policy_force import PolicyInForce
    from aliquot.console.release.proposal import Under
    from aliquot.console.release.protected import InForce
    from aliquot.console.release.sources import Ground

    Said = tuple[InForce | None, PolicyInForce | None]

_log = logging.getLogger(__name__)

FileMark = tuple[int, int, int, int] | None
Mark = tuple[str | None, tuple[int, int], tuple[FileMark, ...]]
_TREE_FILES = ("geofile.json", "protected_places.toml")


class ProtectedSays(Protocol):
    """What the log says of protected places. Raises ``KnownProblem`` of the log."""

    def upto(self) -> int:
        """The number of its last entry about them."""

    def in_force(self) -> InForce: ...


class PolicySays(Protocol):
    """The same of the policy."""

    def upto(self) -> int: ...

    def in_force(self) -> PolicyInForce: ...


@dataclass(frozen=True, slots=True)
class Rules:
    """What is in force. ``problem``: why nothing can be released, for a person.

    ``unnoted``: the log does not know yet of this policy, or of places that are
    protected."""

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
        policies: PolicySays | None = None,
    ) -> None:
        """``policy`` None: the one that comes with the program. ``decided``: the tree
        that the log says is in use; ``protected``, ``policies``: what it says of
        protected places and of the policy. All are asked in the thread that asks for
        the rules."""
        self._policy = policy
        self._geofile = geofile
        self._decided = decided
        self._protected = protected
        self._policies = policies
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
                decided, upto, said = self._asked(), self._upto(), self._said()
            except KnownProblem as why:
                return self._unreadable(str(why))
            self._settle(decided)
            files = self._files()
            rules = self._read(decided, said)
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

    def _read(self, decided: str | None, said: Said) -> Rules:
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
        return self._guarded(policy, ground, said)

    def _guarded(self, policy: Policy, ground: Ground, said: Said) -> Rules:
        """The policy may not be looser, and no place that was protected missing, if
        nobody signed for it. A policy that is not in force is none: what waits is held
        until it is, or the file is as before."""
        from aliquot.console.release.policy_force import policy_problem
        from aliquot.console.release.sources import protected_problem

        known, policies = said
        there = ground.places.protected
        if policies is not None and (problem := policy_problem(policy, policies)):
            return Rules(problem=problem)
        if known is not None and (
            problem := protected_problem(self._geofile, there, known)
        ):
            return Rules(policy=policy, problem=problem)
        new_places = known is not None and not known.knows(there)
        new_policy = policies is not None and not policies.knows(policy)
        unnoted = new_places or new_policy
        return Rules(policy, ground.places, ground.sha256, unnoted=unnoted)

    def _marks(self, rules: Rules) -> Mark:
        return _other(self._asked(), rules), self._upto(), self._files()

    def _upto(self) -> tuple[int, int]:
        protected, policies = self._protected, self._policies
        return (
            0 if protected is None else protected.upto(),
            0 if policies is None else policies.upto(),
        )

    def _said(self) -> Said:
        protected, policies = self._protected, self._policies
        return (
            None if protected is None else protected.in_force(),
            None if policies is None else policies.in_force(),
        )

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

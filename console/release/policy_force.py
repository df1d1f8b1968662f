"""Policies as the log knows them: a stricter one needs nobody, a looser one a person.

What was in force is in force until a person signs that less is: whoever owns the file
can withhold more by it, and nothing less.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import rfc8785

from aliquot.console.release.policy import Policy
from aliquot.console.release.policy_change import changes, looser

FORMAT = "aliquot.policy-confirmed/1"
SHORTEST = 8  # digits of a hash that name a policy
_SAID = 6  # changes that are said at once
_LINE = 120  # letters of changes beside a release


@dataclass(frozen=True, slots=True)
class KnownPolicy:
    """What one entry says is in force. ``by``: the person's id who signed it, None
    for what the console noted; ``at_us``: UTC µs; ``changed``: against the one before,
    in words."""

    sha256: str
    policy: Policy
    at_us: int
    by: str | None = None
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PolicyInForce:
    """What the log says since a person signed last.

    ``head``: of the last entry, in hex; empty when there is none. ``lost``: an entry
    was erased or does not prove itself, so nobody knows what was in force.
    ``all``: every policy that was, for who asks under which one something was made.
    """

    known: tuple[KnownPolicy, ...] = ()
    lost: bool = False
    head: str = ""
    all: tuple[KnownPolicy, ...] = ()

    def looser(self, policy: Policy) -> tuple[str, ...]:
        """In words, in what ``policy`` is looser than what is in force, each once."""
        found = (w for k in self.known for w in looser(k.policy, policy))
        return tuple(dict.fromkeys(found))

    def changed(self, policy: Policy) -> tuple[str, ...]:
        """In words, all that is other than in the last one."""
        if not self.known:
            return ()
        return tuple(c.words for c in changes(self.known[-1].policy, policy))

    def knows(self, policy: Policy) -> bool:
        """Whether the log has it as what is in force now."""
        return bool(self.known) and self.known[-1].sha256 == policy.sha256

    def of(self, sha256: str) -> KnownPolicy | None:
        """The last entry about that policy."""
        return next((k for k in reversed(self.all) if k.sha256 == sha256), None)


def statement(
    policy_sha256: str,
    changed: Iterable[str],
    after: str,
    person: str,
    at_us: int,
) -> bytes:
    """The canonical bytes that ``person`` (an id) signs at that time (UTC µs)."""
    return rfc8785.dumps(
        {
            "format": FORMAT,
            "policy_sha256": policy_sha256,
            "changed": list(changed),
            "after": after,
            "person": person,
            "at_us": at_us,
        }
    )


def in_short(words: Sequence[str]) -> str:
    """The first few, and how many more there are."""
    more = len(words) - _SAID
    return "; ".join([*words[:_SAID], *([f"and {more} more"] if more > 0 else [])])


def words_of(sha256: str, known: KnownPolicy | None, signer: str | None) -> str:
    """The policy of a release for who is to sign it: which, what was other in it than
    in the one before, and who signed for that. ``known``: by the log, if it is there."""
    parts = [f"policy {sha256[:SHORTEST]}"]
    if known is None:
        return parts[0]
    parts.append(f"version {known.policy.version}")
    if signer is not None:
        parts.append(f"signed by {signer}")
    changed = in_short(known.changed)
    if len(changed) > _LINE:
        changed = f"{changed[:_LINE]}…"
    return ", ".join(parts) + (f" ({changed})" if changed else "")


def policy_problem(policy: Policy, known: PolicyInForce) -> str:
    """What is to be said and done about a policy that is looser than the one in force;
    empty when it is not."""
    if known.lost:
        what = "What the log says of the policy was erased, or changed by hand"
    elif words := known.looser(policy):
        what = f"The policy was made looser ({in_short(words)})"
    else:
        return ""
    return (
        f"{what}: nothing is released. Put the policy file back as it was, or have a "
        "supervisor or an administrator sign that this is meant: aliquot release policy "
        f"--confirm {policy.sha256[:SHORTEST]} --as NAME --password-file F"
    )

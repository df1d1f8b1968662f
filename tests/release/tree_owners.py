"""Owners of a town's place tree, and a candidate that an import has left."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from release_town import (
    ANN,
    BEA,
    FAST,
    PASSWORD,
    Town,
    code,
    done,
    grown,
)

from aliquot.console.domain.commands import Actor, Outcome
from aliquot.console.domain.tree_commands import (
    ActivateTreeAs,
)
from aliquot.console.geo import tree_file
from aliquot.console.geo.geofile_folder import GeofileFolder
from aliquot.console.service.keys import make_key
from aliquot.console.service.people import EnterPerson
from aliquot.console.store.tree_views import decided_in

ADA, IAN = "ada", "ian"  # an administrator and an integrator


class Owners:
    """A town of which an import has left a candidate."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.folder = GeofileFolder(town.profile.folder / "geofile")
        self.old = str(self.folder.in_use().tree)
        self.new = self.candidate()
        for name, role in ((ADA, "administrator"), (IAN, "integrator")):
            key = make_key(town.profile.key_folder, name, name, PASSWORD, FAST)
            entered = EnterPerson(person_id=name, name=name, role=role, public_key=key)
            done(town.do(entered))

    def candidate(self, version: str = "0002") -> str:
        """What a further import leaves: the same streets, and another hash."""
        tree = grown()
        made = tree_file.frozen(replace(tree, tree=replace(tree.tree, version=version)))
        sha256 = tree_file.tree_sha256(made.tree)
        self.folder.tree_folder(sha256).mkdir()
        tree_file.write(self.folder.tree_folder(sha256), made, "2026-05-01T00:00:00Z")
        self.folder.put_in_use(replace(self.folder.in_use(), candidate=sha256))
        return sha256

    def activate(self, name: str, password: str = PASSWORD, **more: Any) -> Outcome:
        command = ActivateTreeAs(name=name, password=password, **more)
        return self.town.ask(command, "nobody")

    def both(self) -> None:
        done(self.activate(ANN))
        done(self.activate(BEA))

    @property
    def decided(self) -> str | None:
        return decided_in(self.town.log.path)

    def refused(self, name: str, **more: Any) -> str:
        """The code; nothing was written."""
        before = self.town.log.status().n
        found = code(self.activate(name, **more))
        assert self.town.log.status().n == before
        return found


def people_of(town: Town) -> Any:
    with town.log.work(Actor("nobody", "01")) as work:
        return work.views.people()

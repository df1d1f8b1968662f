"""Which place tree is in use, when the log has a word in it.

``geofile.json`` names a tree and a candidate. Once owners have changed the tree, or one
has asked for it, the log decides and the file follows: it can have been left behind by
a crash between the two, by an import that ran meanwhile, or by hand.
"""

from __future__ import annotations

import fcntl
import logging
from dataclasses import replace

from aliquot.console.geo.geofile_folder import LOCK_NAME, GeofileFolder, State

_log = logging.getLogger(__name__)


def settled(state: State, decided: str | None, there: bool) -> State:
    """The state as the log has it. ``decided``: the tree that the log says is in use;
    ``there``: whether the folder has that tree.

    Where it has not (the folder was lost and imported anew), the tree that the file
    names is no more than a candidate, because nobody signed for it.
    """
    if decided is None:
        return state
    candidate = state.candidate
    if candidate is None and not there:
        candidate = state.tree
    if candidate == decided:
        candidate = None
    return replace(state, tree=decided, candidate=candidate)


def state_now(folder: GeofileFolder, decided: str | None) -> State | None:
    """What is in use; None without a geofile. Raises ``KnownProblem``
    ``bad_geofile``."""
    state = folder.state
    if state is None:
        return None
    there = decided is not None and folder.tree_folder(decided).is_dir()
    return settled(state, decided, there)


def settle(folder: GeofileFolder, decided: str | None) -> bool:
    """Make the file say what the log says; whether it said something else.

    Harmless to do again. While an import is at work nothing is done: it settles the
    file itself when it has ended. A disk that does not take it is logged, for the
    log's word counts without the file. Raises ``KnownProblem`` ``bad_geofile``.
    """
    if decided is None or folder.state == state_now(folder, decided):
        return False
    try:
        with (folder.root / LOCK_NAME).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return _write(folder, decided)
    except BlockingIOError:
        return False
    except OSError as why:
        _log.info("The place tree in use cannot be written down: %s.", why)
        return False


def _write(folder: GeofileFolder, decided: str) -> bool:
    """Nobody else is at work in the folder."""
    wanted = state_now(folder, decided)
    if wanted is None or wanted == folder.state:
        return False
    folder.put_in_use(wanted)
    return True

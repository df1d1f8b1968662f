"""The exact bytes of every channel and their hashes, in the drawer."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout

from aliquot.console.domain.release_rows import ReleaseDetail
from aliquot.widgets import words
from aliquot.widgets.cells import Cell
from aliquot.widgets.command.drawer import Page
from aliquot.widgets.parts import label
from aliquot.widgets.release import saying
from aliquot.widgets.release.detail import SELF_ATTESTED
from aliquot.widgets.tables import Column, KeyedModel, RowAsked, Table
from aliquot.widgets.theme.look import Look
from aliquot.widgets.theme.tokens import Tone

ITEM = "item"


class Body:
    """Bytes with their name, hash and what is known of their way."""

    def __init__(self, key: str, name: str, raw: bytes, sha256: str, more: str) -> None:
        self.key, self.name, self.raw = key, name, raw
        self.sha256, self.more = sha256, more


def bodies_of(detail: ReleaseDetail) -> list[Body]:
    """The canonical item first, then each channel in its order."""
    out = [
        Body(ITEM, "Canonical item", detail.item, detail.item_sha256, "what is signed")
    ]
    for channel in {c.channel: c for c in detail.channels}.values():
        name = saying.channel_name(channel.channel)
        more = f"{channel.content_type} · {saying.receipt_text(channel)}"
        out.append(Body(channel.channel, name, channel.body, channel.sha256, more))
    return out


def exact_text(raw: bytes) -> str:
    """UTF-8 as it reads; bytes that are none are shown as what they are."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return words.bytes_text(raw)


def _key(body: Body) -> str:
    return body.key


def _name(body: Body, _now: int) -> Cell:
    return Cell(body.name, Tone.RELEASE)


def _size(body: Body, _now: int) -> Cell:
    return Cell(f"{len(body.raw)} bytes", Tone.MUTED, mono=True, right=True)


COLUMNS: tuple[Column[Body], ...] = (
    Column("Body", _name),
    Column("Size", _size, "00000 bytes", mono=True, right=True),
)


class BytesPage(Page):
    title = "Exact bytes"
    height_px = 420

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._detail: ReleaseDetail | None = None
        self.model: KeyedModel[Body] = KeyedModel(COLUMNS, _key, self)
        self.table = Table(self.model, look, "Bodies of the release")
        self.table.setFixedWidth(look.px(280))
        self.hash = label(mono=True, wrap=True)
        self.hash.setAccessibleName("SHA-256")
        self._more = label(tone="muted", wrap=True)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setProperty("mono", "true")
        self.text.setAccessibleName("Exact bytes")
        self.text.setTabChangesFocus(True)
        side = QVBoxLayout()
        side.setSpacing(look.space())
        for part in (self.hash, self.text, self._more):
            side.addWidget(part)
        box = QHBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(look.space(2))
        box.addWidget(self.table)
        box.addLayout(side, 1)
        self.table.asked.connect(self._asked)

    def show_detail(self, detail: ReleaseDetail | None) -> None:
        self._detail = detail
        self.model.set_rows(bodies_of(detail) if detail else [], 0)

    def opened(self) -> None:
        self.table.setFocus()
        self.table.choose(ITEM)
        self._show(ITEM)

    @Slot(object)
    def _asked(self, asked: RowAsked) -> None:
        self._show(asked.key)

    def _show(self, key: str) -> None:
        at = self.model.row_of(key)
        if at is None or self._detail is None:
            return
        body = self.model.rows[at]
        self.hash.setText(f"SHA-256  {body.sha256}")
        self.text.setPlainText(exact_text(body.raw))
        self._more.setText(
            f"{body.more}. Signed with it: policy {self._detail.policy_sha256[:16]}…, "
            f"place tree {self._detail.tree_sha256[:16]}… {self._policy()}{SELF_ATTESTED}"
        )

    def _policy(self) -> str:
        assert self._detail is not None
        words = self._detail.policy
        return f"{words[:1].upper()}{words[1:]}. " if words else ""

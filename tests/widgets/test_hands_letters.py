"""What the hands type arrives, also where a folder's name is not ASCII."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from aliquot.widgets.hands import Hands


def test_letters_beyond_ascii_are_typed(qtbot: QtBot) -> None:
    field = QLineEdit()
    qtbot.addWidget(field)
    Hands(field).type("/home/zoë/Büro 2/день.rec")
    assert field.text() == "/home/zoë/Büro 2/день.rec"

"""Classes of Qt, made by the window's thread before another thread needs them.

PySide makes each class of a module when it is asked for first. Two threads that do so
at the same time end the process with a segmentation fault, so nothing that imports
Qt's classes may be imported beside the window unless all of them are made.
"""

from __future__ import annotations

from importlib import import_module

# What the window draws with, and what pyqtgraph imports beside that.
MODULES = (
    "PySide6.QtCore",
    "PySide6.QtGui",
    "PySide6.QtWidgets",
    "PySide6.QtOpenGL",
    "PySide6.QtOpenGLWidgets",
    "PySide6.QtSvg",
    "PySide6.QtTest",
)


def make(module: str) -> None:
    """All classes of one module; some 20 ms the first time, then nothing."""
    found = import_module(module)
    for name in dir(found):
        getattr(found, name)

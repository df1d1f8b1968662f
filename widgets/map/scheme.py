"""The page's own scheme: ``aliquot://map/...`` answers with bundled bytes only."""

from __future__ import annotations

import logging

SCHEME = "aliquot"
HOST = "map"
ORIGIN = f"{SCHEME}://{HOST}/"

log = logging.getLogger(__name__)


def register_scheme() -> bool:
    """Make the scheme known to the web engine. Call it before QApplication.

    False when the engine cannot be loaded; the console runs without a map then.
    A second call does nothing.
    """
    try:
        from PySide6.QtCore import QCoreApplication, Qt
        from PySide6.QtWebEngineCore import QWebEngineUrlScheme
    except ImportError as problem:
        log.info("no web engine, so no map: %s", problem)
        return False
    if is_registered():
        return True
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    flag = QWebEngineUrlScheme.Flag
    scheme = QWebEngineUrlScheme(SCHEME.encode())
    scheme.setSyntax(QWebEngineUrlScheme.Syntax.Host)
    # Not LocalAccessAllowed: with it the page could read the files of the machine.
    scheme.setFlags(flag.SecureScheme | flag.CorsEnabled | flag.FetchApiAllowed)
    QWebEngineUrlScheme.registerScheme(scheme)
    return True


def is_registered() -> bool:
    """Whether the engine knows the scheme. Imports the engine."""
    from PySide6.QtWebEngineCore import QWebEngineUrlScheme

    return bool(QWebEngineUrlScheme.schemeByName(SCHEME.encode()).name())

"""The page's own scheme: ``aliquot://map/...`` answers with bundled bytes only."""

from __future__ import annotations

import logging
import os

SCHEME = "aliquot"
HOST = "map"
ORIGIN = f"{SCHEME}://{HOST}/"

# Below the page's policy and the request guard, which peer connections do not heed:
# no datagram leaves, and every connection goes to a proxy that does not exist.
CHROMIUM_FLAGS = (
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--proxy-server=127.0.0.1:1",
    "--proxy-bypass-list=<-loopback>",
)

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
    _add_flags()
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


def _add_flags() -> None:
    """Chromium reads its flags from the environment when the first page is made."""
    flags = os.environ.get("QTWEBENGINE_CHROMIUM_FLAGS", "").split()
    missing = [flag for flag in CHROMIUM_FLAGS if flag not in flags]
    os.environ["QTWEBENGINE_CHROMIUM_FLAGS"] = " ".join([*flags, *missing])

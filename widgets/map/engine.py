"""The web engine behind the map: one page, one profile without a disk, one view.

It never takes the focus, answers only to the bundled page, and is taken apart in the
one order that Chromium accepts.
"""

from __future__ import annotations

import logging
import os
import subprocess

from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QObject,
    Qt,
    QTimer,
    QUrl,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor
from PySide6.QtWebChannel import QWebChannel
from PySide6.QtWebEngineCore import (
    QWebEngineDownloadRequest,
    QWebEnginePage,
    QWebEnginePermission,
    QWebEngineProfile,
    QWebEngineSettings,
)
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QWidget

from aliquot.widgets.map.bridge import MapBridge
from aliquot.widgets.map.documents import Documents
from aliquot.widgets.map.handler import RequestGuard, SchemeHandler, is_ours
from aliquot.widgets.map.scheme import ORIGIN, SCHEME

log = logging.getLogger(__name__)

OFF = (
    QWebEngineSettings.WebAttribute.LocalContentCanAccessRemoteUrls,
    QWebEngineSettings.WebAttribute.LocalContentCanAccessFileUrls,
    QWebEngineSettings.WebAttribute.PluginsEnabled,
    QWebEngineSettings.WebAttribute.JavascriptCanOpenWindows,
    QWebEngineSettings.WebAttribute.JavascriptCanAccessClipboard,
    QWebEngineSettings.WebAttribute.HyperlinkAuditingEnabled,
    QWebEngineSettings.WebAttribute.DnsPrefetchEnabled,
    QWebEngineSettings.WebAttribute.FocusOnNavigationEnabled,
    QWebEngineSettings.WebAttribute.FullScreenSupportEnabled,
    QWebEngineSettings.WebAttribute.ScreenCaptureEnabled,
    QWebEngineSettings.WebAttribute.PdfViewerEnabled,
    QWebEngineSettings.WebAttribute.ErrorPageEnabled,
    QWebEngineSettings.WebAttribute.LocalStorageEnabled,
    QWebEngineSettings.WebAttribute.WebGLEnabled,
)
NEW_CHILD = (QEvent.Type.ChildAdded, QEvent.Type.ChildPolished)
SANDBOX_PROBE = ("unshare", "--user", "--pid", "--net", "--fork", "true")


def why_not() -> str | None:
    """A reason why Chromium would end the whole process here, or None.

    It aborts when it cannot build its sandbox, and would take the desk with it.
    """
    if os.environ.get("QTWEBENGINE_DISABLE_SANDBOX") == "1" or os.name != "posix":
        return None
    if os.geteuid() == 0:
        return "The map does not run as root. Start the console as another user."
    try:
        done = subprocess.run(
            SANDBOX_PROBE, capture_output=True, timeout=5, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None  # cannot tell; Chromium's own check follows
    if done.returncode == 0:
        return None
    return (
        "This system does not let the map build its sandbox (user namespaces). "
        "`aliquot doctor` says how to allow it."
    )


class LockedPage(QWebEnginePage):
    """A page that goes nowhere, opens nothing and is granted nothing."""

    def __init__(self, profile: QWebEngineProfile) -> None:
        super().__init__(profile)
        for attribute in OFF:
            self.settings().setAttribute(attribute, False)
        self.settings().setAttribute(
            QWebEngineSettings.WebAttribute.WebRTCPublicInterfacesOnly, True
        )
        self.permissionRequested.connect(self._deny)

    def acceptNavigationRequest(
        self, url: QUrl | str, kind: QWebEnginePage.NavigationType, main: bool
    ) -> bool:
        return is_ours(QUrl(url))

    def createWindow(self, kind: QWebEnginePage.WebWindowType) -> QWebEnginePage:
        return None  # type: ignore[return-value]  # Qt's way to say no

    def javaScriptConsoleMessage(
        self,
        level: QWebEnginePage.JavaScriptConsoleMessageLevel,
        message: str,
        line: int,
        source: str,
    ) -> None:
        log.info("map page: %s (%s:%d)", message, source, line)

    @Slot(QWebEnginePermission)
    def _deny(self, permission: QWebEnginePermission) -> None:
        permission.deny()


class MapEngine(QObject):
    """Owns profile, page and view; says when the page is loaded, goes to be loaded
    again, or its process died.

    ``guarded=False`` leaves the request guard out, so that a test can try
    the page's own policy alone.
    """

    loaded = Signal(bool)
    died = Signal()
    reloads = Signal()

    def __init__(
        self,
        documents: Documents,
        bridge: MapBridge,
        parent: QWidget,
        *,
        guarded: bool = True,
    ) -> None:
        super().__init__(parent)
        self.profile = QWebEngineProfile(self)  # unnamed: keeps nothing on disk
        self.profile.downloadRequested.connect(self._refuse)
        self._handler = SchemeHandler(documents, self)
        self.profile.installUrlSchemeHandler(SCHEME.encode(), self._handler)
        self.guard = RequestGuard(self)
        if guarded:
            self.profile.setUrlRequestInterceptor(self.guard)
        self.page = LockedPage(self.profile)
        self._channel = QWebChannel(self)
        self._channel.registerObject("bridge", bridge)
        self.page.setWebChannel(self._channel)
        self.page.renderProcessTerminated.connect(self._terminated)
        self.view = QWebEngineView(parent)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.view.setAcceptDrops(False)
        self.view.setPage(self.page)
        self.view.loadFinished.connect(self._loaded)
        self._closed = False
        self._reload_due = False
        self._scale = 1.0
        self.view.installEventFilter(self)
        self.never_focus()

    def never_focus(self) -> None:
        """Neither the view nor the widget Chromium puts into it takes the focus."""
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        for child in self.view.findChildren(QWidget):
            child.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """What Chromium puts into the view comes long before the page is loaded, and
        a click on it meanwhile would take the focus from a form."""
        if event.type() in NEW_CHILD:
            self.never_focus()
        return super().eventFilter(watched, event)

    def ground(self, colour: str) -> None:
        """What is seen before the page is drawn, ``#rrggbb``: no white flash."""
        self.page.setBackgroundColor(QColor(colour))

    def magnify(self, scale: float) -> None:
        """Text and signs of the page at ``scale``: 2.0 is 200 %."""
        self._scale = scale
        self.view.setZoomFactor(scale)

    def load(self, name: str = "") -> None:
        self.view.setUrl(QUrl(ORIGIN + name))

    def reload_soon(self) -> None:
        """Load again, but not inside the signal that told of the death."""
        self._reload_due = True
        QTimer.singleShot(0, self, self._reload)

    def shutdown(self) -> None:
        """View off the page, page gone, then the profile; safe to call twice."""
        if self._closed:
            return
        self._closed = True
        self.view.setPage(None)  # type: ignore[arg-type]  # Qt's way to let go
        for item in (self.page, self.view, self.profile):
            item.deleteLater()
            QCoreApplication.sendPostedEvents(item, QEvent.Type.DeferredDelete.value)

    @Slot()
    def _reload(self) -> None:
        self._reload_due = False
        if not self._closed:
            self.reloads.emit()
            self.view.reload()

    @Slot(bool)
    def _loaded(self, ok: bool) -> None:
        if self._reload_due:  # the end of the load that died, told a second time
            return
        self.view.setEnabled(True)
        self.view.setZoomFactor(self._scale)  # a page that died forgot it
        self.never_focus()
        self.loaded.emit(ok)

    @Slot("RenderProcessTerminationStatus", int)
    def _terminated(
        self, status: QWebEnginePage.RenderProcessTerminationStatus, code: int
    ) -> None:
        # A restarted renderer would take the focus from whoever has it.
        self.view.setEnabled(False)
        log.info("map renderer ended: %s, %d", status.name, code)
        self.died.emit()

    @Slot(QWebEngineDownloadRequest)
    def _refuse(self, download: QWebEngineDownloadRequest) -> None:
        download.cancel()

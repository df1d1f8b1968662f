"""Answers of the page's scheme, and the guard that refuses everything else."""

from __future__ import annotations

from collections import deque

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QUrl
from PySide6.QtWebEngineCore import (
    QWebEngineUrlRequestInfo,
    QWebEngineUrlRequestInterceptor,
    QWebEngineUrlRequestJob,
    QWebEngineUrlSchemeHandler,
)

from aliquot.widgets.map.documents import SHELL, Documents
from aliquot.widgets.map.scheme import HOST, SCHEME


def is_ours(url: QUrl) -> bool:
    """Whether an address lies in the bundled page."""
    return url.scheme() == SCHEME and url.host() == HOST


class SchemeHandler(QWebEngineUrlSchemeHandler):
    """Serves ``Documents`` by exact name; anything else does not exist."""

    def __init__(self, documents: Documents, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._documents = documents

    def requestStarted(self, job: QWebEngineUrlRequestJob) -> None:
        error = QWebEngineUrlRequestJob.Error
        if job.requestMethod().data() != b"GET":
            job.fail(error.RequestDenied)
            return
        url = job.requestUrl()
        name = url.path().removeprefix("/") or SHELL
        found = self._documents.get(name, url.query()) if is_ours(url) else None
        if found is None:
            job.fail(error.UrlNotFound)
            return
        mime, body = found
        # The job owns the buffer: it must live until the last byte is read.
        buffer = QBuffer(job)
        buffer.setData(QByteArray(body))
        buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        job.reply(mime, buffer)


class RequestGuard(QWebEngineUrlRequestInterceptor):
    """Blocks each request that does not go to the bundled page; counts both kinds."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.allowed = 0
        self.blocked = 0
        self.recent: deque[str] = deque(maxlen=50)

    def interceptRequest(self, info: QWebEngineUrlRequestInfo) -> None:
        url = info.requestUrl()
        if is_ours(url):
            self.allowed += 1
            return
        info.block(True)
        self.blocked += 1
        self.recent.append(url.toString())

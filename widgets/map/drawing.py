"""Who draws the map: a graphics card, or the processor that everything else needs.

Without a card the web engine draws by an OpenGL that the processor computes, and the
whole window is put together by it at each key that is typed. Qt's own software
drawing costs a small part of that.
"""

from __future__ import annotations

import os

from PySide6.QtGui import QOffscreenSurface, QOpenGLContext

BACKEND = "QT_QUICK_BACKEND"
COMPUTED = ("llvmpipe", "softpipe", "swrast", "swiftshader", "software rasterizer")
_GL_RENDERER = 0x1F01


def renderer() -> str | None:
    """What OpenGL says draws here, in its words; None when there is no OpenGL.

    Call it after QApplication was made, which shares a context when the map's scheme
    was registered before.
    """
    context = QOpenGLContext.globalShareContext()
    if not (context and context.isValid()):
        return None
    surface = QOffscreenSurface()
    surface.setFormat(context.format())
    surface.create()
    if not context.makeCurrent(surface):
        return None
    try:
        return str(context.functions().glGetString(_GL_RENDERER))
    finally:
        context.doneCurrent()


def is_computed(name: str | None) -> bool:
    """Whether a renderer of this name is the processor."""
    return name is not None and any(word in name.lower() for word in COMPUTED)


def spare_the_processor() -> bool:
    """Draw by Qt's own means where OpenGL is computed. Call it before the first page
    is made; what the environment says already is left. True when it did something."""
    if BACKEND in os.environ or not is_computed(renderer()):
        return False
    os.environ[BACKEND] = "software"
    return True

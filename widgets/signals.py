"""Signals whose payload a type checker can see.

``SignalOf[Payload](object)`` is ``Signal(object)`` at run time. One frozen dataclass
a signal; ``object`` is the run-time type, because Qt copies what it knows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVarTuple, overload

from PySide6.QtCore import QMetaObject, QObject, Qt, Signal

Payload = TypeVarTuple("Payload")

if TYPE_CHECKING:

    class BoundSignal(Protocol[*Payload]):
        def emit(self, *args: *Payload) -> None: ...

        def connect(
            self,
            slot: Callable[[*Payload], object],
            /,
            type: Qt.ConnectionType = ...,
        ) -> QMetaObject.Connection: ...

        def disconnect(self, /, slot: object | None = ...) -> bool: ...

    class SignalOf(Generic[*Payload]):
        def __init__(self, *types: type) -> None: ...

        @overload
        def __get__(self, instance: None, owner: type[Any]) -> SignalOf[*Payload]: ...

        @overload
        def __get__(
            self, instance: QObject, owner: type[Any]
        ) -> BoundSignal[*Payload]: ...

        def __get__(self, instance: QObject | None, owner: type[Any]) -> Any: ...

else:

    class SignalOf:
        def __class_getitem__(cls, _payload):
            return Signal

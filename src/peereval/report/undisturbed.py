"""A few steps that belong together, done before anybody can interrupt them."""

from __future__ import annotations

import contextlib
import signal
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """Let Ctrl-C, and a request to end, wait until a few steps that belong together are done."""
    if threading.current_thread() is not threading.main_thread():
        # Only the main thread is ever interrupted.
        yield
        return
    waiting: list[int] = []

    def remember(number: int, _frame: object) -> None:
        waiting.append(number)

    usual = {s: signal.signal(s, remember) for s in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for interruption, handler in usual.items():
            signal.signal(interruption, signal.SIG_DFL if handler is None else handler)
        for number in waiting:
            signal.raise_signal(signal.Signals(number))

"""A terminal that is closed ends what runs in it, unless `nohup` was to keep it."""

from __future__ import annotations

import signal


def heard_hangup() -> list[signal.Signals]:
    """SIGHUP, if there is one (Windows has none) and it was not ignored when this process began."""
    if not hasattr(signal, "SIGHUP") or signal.getsignal(signal.SIGHUP) == signal.SIG_IGN:
        return []
    return [signal.SIGHUP]

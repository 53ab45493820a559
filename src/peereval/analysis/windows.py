"""What waves from dates keep: surveys by the days since a person's first one."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from peereval.results.ledger import LedgerRow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from peereval.data.study import Study
    from peereval.plan.waves import WavesSpec
    from peereval.typing import FloatVector

ANALYSIS = "windows"
STUDY = "study"
_CLASSES = 20
"""Classes of days up to half as far again as the last window."""
_YEARS = 2
"""Years shown in classes of four weeks where there are no windows; later ones are one class."""


def window_rows(study: Study) -> Iterator[LedgerRow]:
    """Surveys after the first by class of days since it, and those in each window.

    Parameters
    ----------
    study : Study
        What arrived; nothing follows unless its waves come from dates.

    Yields
    ------
    LedgerRow
        ``surveys_after_first``, ``surveys_in_window`` (level: the wave) and ``surveys_by_days``
        (level: ``"56 to 69 days | 12 weeks"``, without a wave outside the windows), every class
        up to the last with a survey. A survey is a person and a day.
    """
    if study.surveys is None:
        return
    waves, surveys = study.plan.waves, study.surveys
    if waves.rule is not None:
        # What lies between the first and the last survey is no interval between waves.
        surveys = surveys[surveys["wave"] != ""]
    days = surveys["days"].to_numpy(dtype=float)
    yield _count("surveys_after_first", days.size, "")
    for wave in waves.windows:
        yield _count("surveys_in_window", int((surveys["window"] == wave).sum()), wave)
    for low, high in day_classes(waves, days):
        end = "or more" if np.isinf(high) else f"to {high:g}"
        n = int(((days >= low) & (days <= high)).sum())
        within = [w for w, (first, last) in waves.windows.items() if first <= low <= last]
        yield _count("surveys_by_days", n, " | ".join([f"{low:g} {end} days", *within]))


def day_classes(waves: WavesSpec, days: FloatVector) -> list[tuple[float, float]]:
    """Classes of days since the first survey, first and last day of each.

    They begin and end where windows do, so that what a window keeps is so many whole classes.

    Parameters
    ----------
    waves : WavesSpec
        The plan's waves.
    days : ndarray of float, shape (n,)
        Days of the surveys.

    Returns
    -------
    list of (float, float)
        Up to the last that holds a survey; the last one there can be has no end.
    """
    limits = [limit for low, high in waves.windows.values() for limit in (low, high + 1)]
    end = 1.5 * limits[-1] if limits else _YEARS * 52 * 7
    step = 7 * int(np.ceil(end / _CLASSES / 7)) if limits else 28
    starts = {1.0, *map(float, limits)}
    for start in np.arange(step, end + step, step, dtype=float):
        # No slivers beside the limits of a window.
        if min(abs(start - s) for s in starts) > step / 2:
            starts.add(float(start))
    edges = [*sorted(starts), np.inf]
    classes = [(low, high - 1) for low, high in pairwise(edges)]
    last = days.max(initial=limits[-1] if limits else 1.0)
    return [(low, high) for low, high in classes if low <= last]


def _count(statistic: str, n: int, level: str) -> LedgerRow:
    """A ledger row that counts surveys."""
    return LedgerRow(
        outcome=STUDY,
        domain="",
        group="all",
        analysis=ANALYSIS,
        statistic=statistic,
        level=level,
        value=float(n),
        unit="surveys",
        n=n,
        method="count",
    )

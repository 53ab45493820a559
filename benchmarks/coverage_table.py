"""The page that shows how often intervals hold the truth."""

from __future__ import annotations

import math
from typing import Any

from scipy import stats

METHODS = ("z", "satterthwaite", "kenward-roger-linear", "kenward-roger")
MAIN = "kenward-roger-linear"  # that of the report
BAND = (0.94, 0.965)  # coverage that counts as right where few fits are singular
FEW_SINGULAR = 0.05

HEAD = """# How often the intervals hold the truth

Made by `make calibrate` (`benchmarks/coverage.py`). Evaluations with two waves were drawn in which
every effect is known: {groups} peer groups in every region, SD between people 3, noise 2.5, levels
of regions and groups 1; people without a second wave lost at random; a true change of 0 in half of
the runs and of 1.5 in the others. Each was fitted as a report does: an unstructured covariance over
the waves, `(1 + wave | group)`, and regions either random, `(1 + wave | region)`, where the truth
is the mean of all regions there could be, or fixed, where it is the mean of these regions. A cell
holds {runs:,} runs, so a coverage of 95% has a Monte Carlo error of {error:.1f} points.

*Singular*: a random effect of the fit shows no variance of its own. With two random regions that is
every fit, because two regions cannot tell a covariance. *Not fitted*: the likelihood has no maximum
inside (with very few people the two waves come out perfectly correlated), which a report answers
with a simpler covariance. *S* is Satterthwaite; *KR* is Kenward-Roger as the report uses it
(`kenward-roger-linear`), *KR2* keeps the term in second derivatives, as mmrm does for models without
random effects (`kenward-roger`); its width is missing where some of its errors do not exist. *False
alarms* are the tests at 5% that found a change where there was none. Cells with 200 people in
each region, whose groups change very differently (SD 2), are there because few of their fits are
singular.

{verdict}
"""


def page(entries: list[dict[str, Any]], n_cells: int) -> str:
    """Write out every cell.

    Parameters
    ----------
    entries : list of dict
        What `coverage.py` keeps of each cell.
    n_cells : int
        Number of cells there are; the page says so while some are not done.
    """
    runs = entries[0]["runs"]
    parts = [
        HEAD.format(
            groups=5,
            runs=int(runs),
            error=100 * (0.95 * 0.05 / runs) ** 0.5,
            verdict=_verdict(entries, n_cells),
        )
    ]
    for random, title in ((True, "Regions random"), (False, "Regions fixed")):
        own = [e for e in entries if e["cell"]["random"] is random]
        parts += [f"## {title}\n", *_table(own), ""]
    return "\n".join(parts)


def _verdict(entries: list[dict[str, Any]], n_cells: int) -> str:
    """What the whole table says of Kenward-Roger, and of the other two."""
    regular = [e for e in entries if e["singular"] < FEW_SINGULAR]
    others = [e for e in entries if e["singular"] >= FEW_SINGULAR]
    lines = []
    if len(entries) < n_cells:
        lines.append(f"Done so far: {len(entries)} of {n_cells} cells.")
    if regular:
        met = sum(_meets(e, *BAND) for e in regular)
        lines.append(
            f"Where under 5% of the fits are singular ({len(regular)} cells), the coverage of "
            f"Kenward-Roger runs from {_extreme(regular, min)} to {_extreme(regular, max)}; its 99% "
            f"Monte Carlo interval meets the band from 94% to 96.5% in {met} of them."
        )
    met = sum(_meets(e, BAND[0], 1.0) for e in others)
    lines.append(
        f"Elsewhere ({len(others)} cells) Kenward-Roger runs from {_extreme(others, min)} to "
        f"{_extreme(others, max)} and reaches 94% within the same error in {met} of them: with few "
        "regions or groups the intervals are too wide rather than too narrow."
    )
    for method in (m for m in METHODS if m != MAIN):
        lowest = min(e[f"{method} coverage"] for e in entries)
        below = sum(not _meets(e, BAND[0], 1.0, method) for e in entries)
        lines.append(
            f"`{method}` falls to {100 * lowest:.1f}% and is below 94% in {below} of "
            f"{len(entries)} cells."
        )
    return "\n".join(f"- {line}" for line in lines)


def _meets(entry: dict[str, Any], low: float, high: float, method: str = MAIN) -> bool:
    """Whether the 99% Monte Carlo interval of a coverage meets a band (Wilson's interval)."""
    share, n = entry[f"{method} coverage"], entry["fitted"]
    z = stats.norm.ppf(0.995)
    centre = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    reach = z / (1 + z**2 / n) * (share * (1 - share) / n + z**2 / (4 * n**2)) ** 0.5
    return bool(centre + reach >= low and centre - reach <= high)


def _extreme(entries: list[dict[str, Any]], which: Any) -> str:
    """The lowest or highest coverage of Kenward-Roger."""
    return f"{100 * which(e[f'{MAIN} coverage'] for e in entries):.1f}%"


def _table(entries: list[dict[str, Any]]) -> list[str]:
    """One row a cell."""
    head = ["regions", "people each", "lost", "SD of regions' change", "SD of groups' change"]
    head += ["not fitted", "singular"]
    for what in ("coverage", "median width", "false alarms"):
        head += [f"{what} {method}" for method in ("z", "S", "KR", "KR2")]
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    for e in entries:
        cell = e["cell"]
        row = [str(cell["regions"]), str(cell["people"]), _percent(cell["lost"], 0)]
        row += [f"{cell['slope_sd']:.1f}", f"{cell['group_sd']:.1f}"]
        row += [_percent(1 - e["fitted"] / e["runs"], 1), _percent(e["singular"], 0)]
        row += [_percent(e[f"{m} coverage"], 1) for m in METHODS]
        row += [_width(e[f"{m} width"]) for m in METHODS]
        row += [_percent(e[f"{m} type I"], 1) for m in METHODS]
        lines.append("| " + " | ".join(row) + " |")
    return lines


def _percent(share: float, places: int) -> str:
    """A share as a percentage."""
    return f"{100 * share:.{places}f}%"


def _width(width: float) -> str:
    """A width; none where some intervals have no ends."""
    return "-" if math.isnan(width) else f"{width:.2f}"

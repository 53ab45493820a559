"""`peereval power`: how many people it takes, or what the people there are can show."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from peereval.cli.console import say
from peereval.errors import DataError, PeerEvalError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from peereval.analysis.planned_test import PlannedTest
    from peereval.analysis.region_design import RegionDesign
    from peereval.figures.power import PowerCurve


_POINTS = 1e-12, 1e12
"""Between these lie the points of any scale."""


class PowerUsageError(PeerEvalError):
    """The options of `peereval power` do not make one question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerOptions:
    """The words after `peereval power`; None where one was not given."""

    data: Path | None
    plan: Path | None
    change: float | None
    sd_change: float | None
    equivalence: float | None
    n: int | None
    power: float
    alpha: float
    lost: float
    group_size: int | None
    icc: float | None
    cv: float
    groups: int | None
    regions: int
    difference: float | None
    correlation: float
    figure: Path | None


def print_power(options: PowerOptions) -> None:
    """Print the answer, and draw it where that is asked.

    Raises
    ------
    PowerUsageError
        If the options do not make one question.
    """
    _check_words(options)
    _check_numbers(options)
    if options.data is not None and options.plan is not None:
        _print_present(options.data, options.plan, options)
    else:
        _print_planned(options)


def _check_words(o: PowerOptions) -> None:
    """Refuse options that do not go together."""
    numbers = {
        "--change": o.change,
        "--sd-change": o.sd_change,
        "--equivalence": o.equivalence,
        "--n": o.n,
        "--groups": o.groups,
        "--difference": o.difference,
        "--figure": o.figure,
    }
    given = [name for name, value in numbers.items() if value is not None]
    if o.data is not None:
        if o.plan is None:
            raise PowerUsageError("A data file needs its plan.", fix="add --plan PLAN.")
        if given:
            raise PowerUsageError(
                f"{given[0]} goes with no data file.",
                expected="either a data file, whose spread of change is used, or numbers",
                fix=f"leave out {given[0]} or the data file.",
            )
    elif o.plan is not None:
        raise PowerUsageError("A plan alone has no scores.", fix="name the data file first.")
    elif o.sd_change is None:
        raise PowerUsageError(
            "Without a data file --sd-change is needed.",
            expected="the SD of change, in scale points",
            fix="take it from an earlier evaluation or a publication: SD of change = "
            "SD x square root of 2 (1 - correlation of before and after).",
        )
    elif not any(name in given for name in ("--change", "--equivalence", "--n", "--groups")):
        raise PowerUsageError(
            "Nothing is asked.",
            expected="--change (how many find it), --equivalence (how many show that there is "
            "none), or --n (what so many can show)",
        )
    if o.figure is not None and o.figure.suffix.lower() not in (".svg", ".png"):
        raise PowerUsageError(
            f"'{o.figure}' ends in '{o.figure.suffix}'.",
            expected="a name that ends in .svg or .png",
        )
    _check_groups(o)


def _check_groups(o: PowerOptions) -> None:
    """Refuse options about groups that do not go together."""
    if (o.group_size is None) != (o.icc is None):
        raise PowerUsageError(
            "--group-size and --icc go together.",
            fix="where nothing is known of the ICC of changes, 0.05 is a usual guess.",
        )
    for name, there in (
        ("--groups", o.groups is not None),
        ("--regions", o.regions != 1),
        ("--cv", o.cv != 0),
    ):
        if there and o.group_size is None:
            raise PowerUsageError(f"{name} needs --group-size and --icc.")
    if o.groups is not None and o.n is not None:
        raise PowerUsageError(
            "--groups and --n both say how many people there are.", fix="leave one of them out."
        )
    if o.difference is not None and (o.groups is None or o.regions < 2):
        raise PowerUsageError("--difference needs --regions, --groups, --group-size and --icc.")


def _check_numbers(o: PowerOptions) -> None:
    """Refuse numbers outside their limits, by the names that the user knows."""
    from peereval.stats.planning.unknown import between, finite, share

    between("--alpha", o.alpha, 0, 0.5)
    between("--power", o.power, o.alpha, 1)
    for name, value in (("--lost", o.lost), ("--correlation", o.correlation), ("--icc", o.icc)):
        if value is not None:
            share(name, value)
    sizes = {
        "--sd-change": o.sd_change,
        "--equivalence": o.equivalence,
        "--change": None if o.change is None else abs(o.change),
        "--difference": None if o.difference is None else abs(o.difference),
    }
    for name, value in sizes.items():
        if value is not None:
            between(name, value, *_POINTS)
    least = (("--n", o.n, 2), ("--group-size", o.group_size, 1), ("--groups", o.groups, 1))
    for name, value, fewest in (*least, ("--regions", o.regions, 1), ("--cv", o.cv, 0)):
        if value is not None and finite(name, value) < fewest:
            raise PowerUsageError(f"{name} is {value}.", expected=f"{fewest} or more")


def _test(o: PowerOptions, sd_change: float) -> PlannedTest:
    """The test that the options plan."""
    from peereval.analysis.planned_test import PeerGroups, PlannedTest

    groups = None
    if o.group_size is not None and o.icc is not None:
        groups = PeerGroups(size=o.group_size, icc=o.icc, cv=o.cv, regions=o.regions)
    return PlannedTest(
        sd_change=sd_change, alpha=o.alpha, power=o.power, lost=o.lost, groups=groups
    )


def _design(o: PowerOptions, test: PlannedTest) -> RegionDesign | None:
    """The evaluation to be drawn where regions are compared, else None."""
    from peereval.analysis.region_design import RegionDesign

    if o.groups is None or test.groups is None or o.regions < 2:
        return None
    return RegionDesign.of_change(
        sd_change=test.sd_change,
        icc=test.groups.icc,
        correlation=o.correlation,
        regions=o.regions,
        groups=o.groups,
        people=test.groups.size,
        lost=o.lost,
    )


def _print_planned(o: PowerOptions) -> None:
    """Answer a question put in numbers."""
    from peereval.cli import power_words as words

    test = _test(o, o.sd_change or 0.0)
    n: float | None = o.n
    if o.groups is not None and o.group_size is not None:
        n = o.regions * o.groups * o.group_size * (1 - o.lost)
    lines: list[str] = []
    if n is not None:
        lines += words.what_people_show(test, n, o.change, o.equivalence)
    else:
        if o.change is not None:
            lines += words.people_for_change(test, o.change)
        if o.equivalence is not None:
            lines += words.people_for_equivalence(test, o.equivalence)
    design = _design(o, test)
    for line in lines:
        say(line)
    # That takes a while: what is known already stands there meanwhile.
    compared = () if design is None else words.regions(test, design, o.difference)
    correlation = None if design is None else o.correlation
    for line in chain(compared, words.assumptions(test, correlation=correlation)):
        say(line)
    if o.figure is not None:
        _draw(o.figure, list(_curves(o, test, n)), test)


def _print_present(data: Path, plan: Path, o: PowerOptions) -> None:
    """Answer, outcome by outcome, by the spread of change in data that are there.

    Raises
    ------
    DataError
        If nobody's two scores can be linked.
    """
    from peereval.analysis.evaluate import evaluate
    from peereval.analysis.present_data import changes_found
    from peereval.cli import power_words as words
    from peereval.data.load import read_study

    study = read_study(data, plan)
    if not study.matched:
        raise DataError(
            "By the plan (unmatched = true) nobody's two scores can be linked, so these data have no "
            "SD of change.",
            fix="leave out the data and give --sd-change, from an earlier evaluation or a "
            "publication.",
        )
    evaluation = evaluate(study)
    changes = changes_found(evaluation)
    for found in changes:
        test = _test(o, found.sd_change) if found.sd_change > 0 else None
        for line in words.outcome(found, test, evaluation.facts.disclosure):
            say(line)
    if any(found.answers for found in changes):
        for line in words.assumptions(_test(o, 1.0), from_data=True):
            say(line)
    if evaluation.facts.notice:
        say(evaluation.facts.notice)


def _curves(o: PowerOptions, test: PlannedTest, n: float | None) -> Iterator[PowerCurve]:
    """The curves of what is asked; else that of the smallest change that n people find."""
    from peereval.cli.power_words import find, show_none
    from peereval.figures.power import PowerCurve

    def curve(goal: str, power_of: Callable[[float], float], n_needed: int) -> PowerCurve:
        people, power = test.curve(power_of, n_needed)
        return PowerCurve(goal=goal, n=people, power=power, n_needed=n_needed)

    change, bound = o.change, o.equivalence
    if change is not None:
        needed = test.people_for_change(change)
        yield curve(find(change), lambda k: test.power_of_change(change, k), needed.n_pairs)
    if bound is not None:
        needed = test.people_for_equivalence(bound)
        yield curve(show_none(bound), lambda k: test.power_of_equivalence(bound, k), needed.n_pairs)
    if change is None and bound is None and n is not None:
        smallest = test.smallest_change(n)
        goal = find(float(f"{smallest:.3g}"))
        yield curve(goal, lambda k: test.power_of_change(smallest, k), round(n))


def _draw(path: Path, curves: list[PowerCurve], test: PlannedTest) -> None:
    """Draw the curves into a file, all of it or nothing."""
    from peereval.figures.power import draw_power
    from peereval.report.write import write_file

    picture = draw_power(curves, test.power)
    content = picture.svg.encode() if path.suffix.lower() == ".svg" else picture.png()
    write_file(path, content)
    say(f"Figure: {path}")

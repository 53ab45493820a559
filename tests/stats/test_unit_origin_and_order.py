"""What the unit, the origin of the scale and the order of the surveys may change in any statistic.

The rows of `paired_change` without bounds have their own such tests in ``test_paired.py``, the
bootstrap in ``test_bootstrap.py``; here are its tests against bounds and every other statistic.
"""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from peereval.errors import UndefinedError
from peereval.results.estimate import NotEstimated
from peereval.stats import (
    analyse_items,
    bayes_factors,
    change_by_threshold,
    change_over_measures,
    compare_overlapping,
    compare_waves,
    individual_change,
    likert_change,
    percent_at_ends,
    response_style_of,
)
from peereval.stats.basics.moments import moments
from peereval.stats.basics.pairs import complete_pairs
from peereval.stats.change.equivalence import equivalence_tests, smallest_bounds

answer = st.one_of(st.integers(0, 6), st.just(math.nan))
people = st.lists(st.tuples(answer, answer), min_size=2, max_size=25).map(
    lambda rows: np.array(rows, float).T
)
units = st.sampled_from([2.0**-900, 0.5, 4.0, 2.0**900])
origins = st.integers(-40, 40)

# Nowhere is a mean of these scores as far from the one bound as from the other.
IN_SDS = (-0.4, 0.6137)
BOUNDS = {"points": (-1.0, 2.0137), "d_z": IN_SDS, "d_av": IN_SDS, "d_pre": IN_SDS}
METHODS = ("JT", "GLN", "HLL", "EN", "NK", "HA", "Maassen")


def numbers(estimate, unit=1.0, sign=1):
    """What an estimate says, its points in `unit` and its direction turned with `sign`; or why not."""
    if isinstance(estimate, NotEstimated):
        return estimate.reason
    e, limits = estimate, (estimate.ci_low, estimate.ci_high)[::sign]
    points = [sign * x / unit for x in (e.value, *limits)]
    return [*points, sign * e.statistic, e.df, e.p_value]


def agree(some, others):
    """The same numbers by name, up to rounding, or the same words."""
    assert some.keys() == others.keys()
    for name, one in some.items():
        if isinstance(one, (str, dict)):
            assert one == others[name], name
        else:
            np.testing.assert_allclose(one, others[name], 1e-6, 1e-9, equal_nan=True, err_msg=name)


def differences(pre, post, unit=1.0, sign=1):
    """Differences of two surveys."""
    waves, overlap = compare_waves(pre, post), compare_overlapping(pre, post)
    found = {
        "welch": waves.independent,
        "widest": waves.widest,
        "matched": waves.at(0.5),
        "overlap": overlap.estimates[0],
        "overlap, equal variances": overlap.estimates[1],
    }
    return {name: numbers(e, unit, sign) for name, e in found.items()}


def against_bounds(pre, post, unit=1.0):
    """Two one-sided tests and the smallest bounds; those in points scaled with the scores."""
    m, found = moments(complete_pairs(pre, post)), {}
    for kind, (low, high) in BOUNDS.items():
        size = unit if kind == "points" else 1.0
        tests = equivalence_tests(m, (low * size, high * size), kind)
        for e in (*tests, smallest_bounds(m, kind)):
            found[f"{e.name}, {kind}"] = numbers(e, size)
    return found


def of_people(pre, post, unit=1.0, origin=0.0):
    """What is said of single people and of answers, which knows neither unit nor origin."""
    x, y = pre * unit + origin, post * unit + origin
    case, step = 3 * unit + origin, 2 * unit
    before, after, form = (np.column_stack(z) for z in ((x, x), (y, y), (x, y, x)))
    measures = {"thresholds": [step] * 2, "caseness": [case] * 2, "higher_is": "worse"}
    items, ends = analyse_items(form), percent_at_ends(x, low=origin, high=6 * unit + origin)
    return {
        "threshold": change_by_threshold(x, y, threshold=step, caseness=case).counts,
        "measures": change_over_measures(before, after, **measures).counts,
        "floor": numbers(ends[0]),
        "ceiling": numbers(ends[1]),
        "runs": response_style_of(form).longest_run,
        **{f"bayes {r}": numbers(e) for r, e in bayes_factors(x, y).items()},
        **{e.name: numbers(e) for e in items.estimates[:3]},
        **{method: _index(x, y, method, case + 0.3 * unit) for method in METHODS},
    }


def _index(x, y, method, cutoff):
    """The index of everybody and who is counted as what, or the reason of the refusal."""
    try:
        found = individual_change(x, y, reliability=0.7, method=method, cutoff=cutoff)
    except UndefinedError as refused:
        return refused.reason
    return np.concatenate([found.index, list(found.counts.values())])


@given(people, units)
def test_the_unit_scales_differences_and_leaves_the_rest(scores, unit):
    pre, post = scores
    agree(differences(pre, post), differences(pre * unit, post * unit, unit))
    agree(against_bounds(pre, post), against_bounds(pre * unit, post * unit, unit))


@given(people, origins)
def test_a_constant_changes_no_difference(scores, origin):
    pre, post = scores
    agree(differences(pre, post), differences(pre + origin, post + origin))
    agree(against_bounds(pre, post), against_bounds(pre + origin, post + origin))


@given(people, st.sampled_from([0.5, 4.0, 1024.0]), origins)
def test_people_are_counted_alike_on_any_scale(scores, unit, origin):
    agree(of_people(*scores), of_people(*scores, unit, origin))


@given(people)
def test_swapping_the_surveys_turns_every_difference(scores):
    pre, post = scores
    agree(differences(pre, post), differences(post, pre, sign=-1))


@given(people, st.sampled_from(["points", "d_z"]))
def test_swapping_the_surveys_swaps_the_two_one_sided_tests(scores, kind):
    (low, high), (pre, post) = BOUNDS[kind], scores
    m, turned = moments(complete_pairs(pre, post)), moments(complete_pairs(post, pre))
    there = equivalence_tests(m, (low, high), kind)
    back = equivalence_tests(turned, (-high, -low), kind)
    found = dict(zip(("low", "high", "both"), map(numbers, there), strict=True))
    mirror = dict(zip(("high", "low", "both"), (numbers(e, sign=-1) for e in back), strict=True))
    agree(found, mirror)
    agree({"": numbers(smallest_bounds(m, kind))}, {"": numbers(smallest_bounds(turned, kind))})


@given(people)
def test_swapping_the_surveys_turns_the_moves_of_answers(scores):
    pre, post = scores
    there, back = (likert_change(x, y, low=0, high=6) for x, y in ((pre, post), (post, pre)))
    turned = {"net": numbers(back.net_up, sign=-1)}
    shift = back.homogeneity.ordered_shift
    agree(
        {"net": numbers(there.net_up), "shift": numbers(there.homogeneity.ordered_shift)},
        {**turned, "shift": numbers(shift, sign=-1)},
    )
    for kind in ("stuart_maxwell", "bhapkar"):
        one, other = (getattr(x.homogeneity, kind) for x in (there, back))
        agree({kind: numbers(one)}, {kind: numbers(other)})

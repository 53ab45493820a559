"""No hidden count follows from the shown ones: a reader's own algebra on the disclosed ledger."""

from __future__ import annotations

import math

from hypothesis import given, settings
from hypothesis import strategies as st

from peereval.disclosure.rules import PROFILES
from peereval.disclosure.sums import determined
from peereval.disclosure.suppress import disclose
from peereval.disclosure.ties import counts_by_outcome
from peereval.results.ledger import Ledger

from .rows import REGION, flow, scores

regional = st.lists(
    st.tuples(st.integers(0, 12), st.integers(0, 12), st.integers(0, 12)), min_size=1, max_size=4
)


@settings(max_examples=80, deadline=None)
@given(regions=regional, profile=st.sampled_from(["charity", "ons"]))
def test_no_hidden_count_follows_from_the_shown_ones(regions, profile):
    """The reader's own algebra on the disclosed ledger: sums of flow, scores and regions."""
    total = tuple(map(sum, zip(*regions, strict=True)))
    rows = []
    for group, (both, first, last) in zip(
        ("all", *(REGION(i) for i in range(len(regions)))), (total, *regions), strict=True
    ):
        rows += flow(group, both, first, last)
        rows += scores(group, both + first, both + last, both)
    disclosed = disclose(Ledger(rows), profile)
    rule = PROFILES[profile]
    gone = {r.key for r in disclosed if r.suppressed}
    unsaid = [r for r in disclosed if r.analysis in ("mixed", "verdict") and r.n is None]
    gone |= {("any", r.outcome, r.group) for r in unsaid}
    # What rests on everyone with any score tells their number in all its rows or in none.
    told = {(r.outcome, r.group) for r in disclosed if r.analysis == "mixed" and r.n is not None}
    assert not told & {(r.outcome, r.group) for r in unsaid}
    assert all(math.isnan(r.df) for r in unsaid)
    for counts in counts_by_outcome(rows).values():
        for name in determined(counts, gone & set(counts.values)):
            value = counts.values[name]
            assert not (value > 0 and rule.hides_count(round(value))), name
    for r in disclosed:
        if not r.suppressed and r.unit == "people":
            assert not rule.hides_count(round(r.value))
        if r.unit == "scale points" and not r.suppressed and r.n is not None:
            assert not rule.hides_statistic(r.n)


@settings(max_examples=40, deadline=None)
@given(regions=regional)
def test_the_order_of_rows_and_their_names_stay(regions):
    rows = [r for i, (b, f, n) in enumerate(regions) for r in flow(REGION(i), b, f, n)]
    assert [r.key for r in disclose(Ledger(rows), "charity")] == [r.key for r in rows]

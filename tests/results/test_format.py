"""Numbers as text: half up, no minus zero, no probability of zero or one."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peereval.results import format as fmt

numbers = st.floats(-1e9, 1e9)
places = st.integers(0, 6)
shares = st.floats(0, 1)


def plain(text):
    """The text as a calculator would read it."""
    return text.replace(fmt.MINUS, "-").replace(",", "")


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (2.5, 0, "3"),
        (-2.5, 0, f"{fmt.MINUS}3"),
        (0.125, 2, "0.13"),
        (2.675, 2, "2.68"),
        (-0.04, 1, "0.0"),
        (-0.0, 0, "0"),
        (1234567.891, 1, "1,234,567.9"),
        (1e-320, 2, "0.00"),
        (999999999999999.0, 1, "999,999,999,999,999.0"),
        (6.46e121, 4, "6.5e+121"),
        (-2e15, 0, f"{fmt.MINUS}2.0e+15"),
        (float("inf"), 1, "\N{INFINITY}"),
        (float("-inf"), 1, f"{fmt.MINUS}\N{INFINITY}"),
        (float("nan"), 1, fmt.NOT_SHOWN),
    ],
)
def test_fixed(value, decimals, text):
    assert fmt.fixed(value, decimals) == text


@given(numbers, places)
def test_fixed_rounds_the_digits_a_reader_would_type_half_up(value, decimals):
    wanted = Decimal(repr(value)).quantize(Decimal(10) ** -decimals, rounding=ROUND_HALF_UP)
    assert Decimal(plain(fmt.fixed(value, decimals))) == wanted


@given(numbers, places)
def test_fixed_has_no_minus_zero_and_all_its_decimals(value, decimals):
    text = plain(fmt.fixed(value, decimals))
    if float(text) == 0:
        assert not text.startswith("-")
    assert len(text.partition(".")[2]) == decimals


@given(numbers, places)
def test_turning_the_sign_turns_the_text(value, decimals):
    there, back = fmt.fixed(value, decimals), fmt.fixed(-value, decimals)
    assert there.removeprefix(fmt.MINUS) == back.removeprefix(fmt.MINUS)


@given(numbers, places)
def test_signed_shows_a_plus_only_before_what_is_not_zero(value, decimals):
    text = fmt.signed(value, decimals)
    assert text.startswith("+") == (float(plain(text).removeprefix("+")) > 0)


@given(shares)
def test_p_is_never_nothing_and_never_certain(p):
    text = fmt.p_text(p)
    assert text not in ("p = .000", "p = 1.000")
    assert text in ("p < .001", "p > .999") or 0.001 <= float(text.removeprefix("p = ")) <= 0.999


@pytest.mark.parametrize(
    ("p", "text"),
    [
        (0.0, "p < .001"),
        (0.00099999, "p < .001"),
        (0.001, "p = .001"),
        (0.0495, "p = .050"),
        (0.9985, "p = .999"),
        (0.999, "p = .999"),
        (0.9991, "p > .999"),
        (1.0, "p > .999"),
        (float("nan"), f"p {fmt.NOT_SHOWN}"),
    ],
)
def test_p(p, text):
    assert fmt.p_text(p) == text


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_a_share_names_both_counts(part, whole):
    text = fmt.share(min(part, whole), whole)
    assert text.startswith(f"{fmt.count(min(part, whole))} of {fmt.count(whole)} (")
    assert text.endswith("%)")


def test_a_share_of_nobody():
    assert fmt.share(0, 0) == f"0 of 0 ({fmt.NOT_SHOWN})"


@pytest.mark.parametrize(
    ("words", "text"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")],
)
def test_listing(words, text):
    assert fmt.listing(words) == text


@pytest.mark.parametrize(("level", "text"), [(0.95, "95%"), (0.975, "97.5%"), (0.999, "99.9%")])
def test_level(level, text):
    assert fmt.level_text(level) == text


def test_plural():
    assert fmt.plural(1, "person", "people") == "1 person"
    assert fmt.plural(0, "person", "people") == "0 people"
    assert fmt.plural(1200, "test") == "1,200 tests"


@pytest.mark.parametrize(
    ("span", "decimals"), [(63, 1), (10.5, 1), (10, 2), (4, 2), (1, 2), (0.3, 3), (0.02, 4), (0, 2)]
)
def test_decimals_that_suit_a_scale(span, decimals):
    assert fmt.places_for(span) == decimals

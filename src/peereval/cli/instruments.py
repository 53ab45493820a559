"""`peereval instruments`: the questionnaires, their sources and grades."""

from __future__ import annotations

from typing import TYPE_CHECKING

from peereval.cli.console import say

if TYPE_CHECKING:
    from peereval.instruments import Instrument


def print_instruments(id: str | None) -> None:  # noqa: A002 - as on the command line
    """Print the list, or one questionnaire."""
    from peereval import instruments

    if id is None:
        _print_list(instruments.list_instruments())
    else:
        _print_one(instruments.get(id))


def _print_list(found: tuple[Instrument, ...]) -> None:
    """One line per questionnaire."""
    width = max(len(i.id) for i in found)
    for one in found:
        key = "" if one.kind == "scored" else ", listed without a key"
        say(f"{one.id:<{width}}  {one.grade}  {one.name} ({one.domain}{key})")
    scored = sum(i.kind == "scored" for i in found)
    say(f"\n{len(found)} questionnaires, {scored} with a scoring key.")
    say("Grade A: two independent sources agree on the key; B: one; C: not confirmed.")


def _print_one(one: Instrument) -> None:
    """What is known of one questionnaire, with where it is from."""
    say(f"{one.title}\n  id: {one.id}\n  measures: {one.construct}")
    say(f"  grade of the key: {one.grade}")
    if one.licence is not None:
        say(f"  licence: {one.licence.status}; {one.licence.note}")
    _print_key(one)
    _print_thresholds(one)
    if one.verification.unverified:
        say(f"  not confirmed: {', '.join(one.verification.unverified)}")
    for conflict in one.verification.conflicts:
        say(f"  sources disagree: {conflict}")
    for source in one.sources:
        say(f"  source: {source.citation} {source.url}".rstrip())


def _print_key(one: Instrument) -> None:
    """Items, coding, scores and bands, or why there is no key."""
    if one.kind != "scored":
        say("  no scoring key here: " + " ".join(one.notes))
        return
    better = "higher" if one.higher_is == "better" else "lower"
    say(f"  {one.n_items} items; coding: {one.coding}; {better} is better")
    if one.has_total:
        low, high = one.score_range()
        say(f"  total: {low:g} to {high:g}")
    for scale in one.subscales:
        say(f"  subscale {scale.name}: {scale.score_min:g} to {scale.score_max:g}")
    for band in one.bands:
        say(f"  band {band.label}: {band.low:g} to {band.high:g}")


def _print_thresholds(one: Instrument) -> None:
    """Thresholds, and whether they are confirmed."""
    for field in ("reliable_change", "mcid", "caseness"):
        value = getattr(one, field)
        if value is not None:
            state = "" if one.is_verified(f"change.{field}") else " (not confirmed in a source)"
            say(f"  {field.replace('_', ' ')}: {value:g}{state}")

"""The questionnaires that come with the package, found by their id."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from peereval.errors import InstrumentError, did_you_mean
from peereval.instruments.definition import read_definition

if TYPE_CHECKING:
    from peereval.instruments.model import Instrument

_DEFINITIONS = files("peereval.instruments") / "definitions"


@cache
def instrument_ids() -> tuple[str, ...]:
    """Ids of all questionnaires in alphabetical order; no file is read.

    Examples
    --------
    >>> instrument_ids()[:3]
    ('ahs', 'audit_c', 'basis24')
    """
    names = (entry.name for entry in _DEFINITIONS.iterdir())
    return tuple(sorted(n.removesuffix(".toml") for n in names if n.endswith(".toml")))


def get(instrument_id: str) -> Instrument:
    """The questionnaire of that id; only its own file is read, and only once.

    Raises
    ------
    InstrumentError
        If there is none, naming the nearest.

    Examples
    --------
    >>> get("phq9").title
    'Patient Health Questionnaire-9 (PHQ-9)'
    """
    if instrument_id not in instrument_ids():
        raise InstrumentError(
            f"There is no questionnaire '{instrument_id}'.",
            expected=did_you_mean(str(instrument_id), instrument_ids()),
            fix="'peereval instruments' lists the known ones; or describe your own items.",
        )
    return _load(instrument_id)


def list_instruments() -> tuple[Instrument, ...]:
    """All questionnaires in the alphabetical order of their ids, those without a key too.

    Examples
    --------
    >>> [i.abbreviation for i in list_instruments()][:3]
    ['AHS', 'AUDIT-C', 'BASIS-24']
    """
    return tuple(_load(one) for one in instrument_ids())


@cache
def _load(instrument_id: str) -> Instrument:
    """Read one definition."""
    name = f"{instrument_id}.toml"
    return read_definition((_DEFINITIONS / name).read_text(encoding="utf-8"), file=name)

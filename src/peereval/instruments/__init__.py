"""Questionnaires: scoring keys, their sources and grades.

>>> from peereval import instruments
>>> instruments.get("core10").score([[2, 1, 1, 2, None, 0, 3, 2, 2, 1]])
   total                band
0   20.0  moderate to severe
"""

from peereval.instruments.bespoke import bespoke
from peereval.instruments.model import Instrument
from peereval.instruments.registry import get, instrument_ids, list_instruments

__all__ = ["Instrument", "bespoke", "get", "instrument_ids", "list_instruments"]

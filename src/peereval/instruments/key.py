"""A scoring key: a form and every score that is made from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from peereval.errors import InstrumentError, did_you_mean

if TYPE_CHECKING:
    from peereval.instruments.form import Form
    from peereval.instruments.scale import Scale


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """What turns the answers on a form into scores.

    Attributes
    ----------
    name : str
        Questionnaire it belongs to, as error messages call it.
    form : Form
        Items, response ranges, reversed items.
    total : Scale or None
        The total; None where the questionnaire has none.
    subscales : tuple of Scale
        In the order of the definition.
    """

    name: str
    form: Form
    total: Scale | None = None
    subscales: tuple[Scale, ...] = ()

    @property
    def scales(self) -> tuple[Scale, ...]:
        """The total, where there is one, then the subscales."""
        return self.subscales if self.total is None else (self.total, *self.subscales)

    def scale(self, subscale: str | None = None) -> Scale:
        """The total, or the subscale of that name.

        Raises
        ------
        InstrumentError
            If there is no total, or no subscale of that name.
        """
        names = [s.name for s in self.subscales]
        if subscale is None:
            if self.total is None:
                raise InstrumentError(
                    f"{self.name} has no total score.",
                    expected=f"one of its subscales; {did_you_mean('', names)}",
                )
            return self.total
        for scale in self.subscales:
            if scale.name == subscale:
                return scale
        raise InstrumentError(
            f"{self.name} has no subscale '{subscale}'.",
            expected=did_you_mean(subscale, names) or "its total; it has no subscales",
        )

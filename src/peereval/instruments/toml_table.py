"""Reading a TOML table entry by entry, each of the kind it must be."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, cast

from peereval.errors import InstrumentError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable

    from peereval.typing import TomlTable

T = TypeVar("T", bound=str)


class TableReader:
    """A TOML table of one file; what is missing or of the wrong kind is refused by name.

    Parameters
    ----------
    content : dict
        The table.
    file : str
        Name of the file, for error texts.
    place : str
        Where in the file the table stands, e.g. ``scoring.missing``.
    """

    def __init__(self, content: TomlTable, file: str, place: str = "") -> None:
        self.content, self.file, self.place = content, file, place

    def __contains__(self, key: str) -> bool:
        return key in self.content

    @property
    def keys(self) -> tuple[str, ...]:
        """Names of the entries, in file order."""
        return tuple(self.content)

    def broken(self, problem: str) -> InstrumentError:
        """The error for a problem in this table."""
        where = f" in [{self.place}]" if self.place else ""
        return InstrumentError(f"{self.file}: {problem}{where}")

    def only(self, known: Iterable[str]) -> None:
        """Refuse keys that would otherwise be ignored."""
        known = set(known)
        for key in self.keys:
            if key not in known:
                raise self.broken(f"unknown key {key} ({did_you_mean(key, known)})")

    def text(self, key: str, default: str | None = None) -> str:
        """A string; required unless there is a default."""
        value = self._entry(key, default)
        if not isinstance(value, str):
            raise self.broken(f"{key} is not text")
        return value

    def choice(self, key: str, options: tuple[T, ...], default: T | None = None) -> T:
        """One of a few words."""
        value = self.text(key, default)
        if value not in options:
            raise self.broken(f"unknown {key} {value}")
        return value

    def integer(self, key: str) -> int:
        """A whole number."""
        value = self._entry(key, None)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.broken(f"{key} is not a whole number")
        return value

    def number(self, key: str, default: float | None = None) -> float:
        """A finite number; required unless there is a default."""
        if key not in self and default is not None:
            return default
        return self._number(key, self._entry(key, None))

    def maybe_number(self, key: str) -> float | None:
        """A finite number, or None where the key is absent."""
        return self.number(key) if key in self else None

    def flag(self, key: str) -> bool:
        """True or false."""
        value = self._entry(key, None)
        if not isinstance(value, bool):
            raise self.broken(f"{key} is neither true nor false")
        return value

    def integers(self, key: str) -> tuple[int, ...]:
        """A list of whole numbers; empty where the key is absent."""
        return self._integers(key, self._list(key))

    def maybe_integers(self, key: str) -> tuple[int, ...] | None:
        """A list of whole numbers, or None where the key is absent."""
        return self.integers(key) if key in self else None

    def integer_lists(self, key: str) -> tuple[tuple[int, ...], ...]:
        """A list of lists of whole numbers; empty where the key is absent."""
        return tuple(
            self._integers(key, part if isinstance(part, list) else [part])
            for part in self._list(key)
        )

    def numbers(self, key: str) -> tuple[float, ...]:
        """A list of numbers; empty where the key is absent."""
        return tuple(self._number(key, v) for v in self._list(key))

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of strings; empty where the key is absent."""
        values = self._list(key)
        if not all(isinstance(v, str) for v in values):
            raise self.broken(f"{key} is not a list of texts")
        return tuple(cast("list[str]", values))

    def table(self, key: str) -> TableReader:
        """A table inside this one; empty where the key is absent."""
        value = self.content.get(key, {})
        if not isinstance(value, dict):
            raise self.broken(f"{key} is not a table")
        return TableReader(value, self.file, f"{self.place}.{key}".strip("."))

    def tables(self, key: str) -> tuple[TableReader, ...]:
        """A list of tables; empty where the key is absent."""
        values = self._list(key)
        if not all(isinstance(v, dict) for v in values):
            raise self.broken(f"{key} is not a list of tables")
        place = f"{self.place}.{key}".strip(".")
        tables = cast("list[TomlTable]", values)
        return tuple(TableReader(v, self.file, f"{place} {i}") for i, v in enumerate(tables, 1))

    def figures(self) -> tuple[tuple[str, float | str], ...]:
        """Every entry that is a number or a text, with its name."""
        return tuple((k, v) for k, v in self.content.items() if isinstance(v, int | float | str))

    def _entry(self, key: str, default: object) -> object:
        """The entry, or the default; refused when there is neither."""
        value = self.content.get(key, default)
        if value is None:
            raise self.broken(f"missing key {key}")
        return value

    def _list(self, key: str) -> list[object]:
        """A list; empty where the key is absent."""
        value = self.content.get(key, [])
        if not isinstance(value, list):
            raise self.broken(f"{key} is not a list")
        return value

    def _number(self, key: str, value: object) -> float:
        """A value that has to be a finite number."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.broken(f"{key} is not a number")
        if not abs(value) < float("inf"):
            raise self.broken(f"{key} is not a finite number")
        return value

    def _integers(self, key: str, values: list[object]) -> tuple[int, ...]:
        """Values that have to be whole numbers."""
        if any(isinstance(v, bool) or not isinstance(v, int) for v in values):
            raise self.broken(f"{key} is not a list of whole numbers")
        return tuple(cast("list[int]", values))

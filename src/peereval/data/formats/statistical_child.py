"""The process that reads one file of SPSS, Stata or SAS: the file comes in, its text goes out."""

from __future__ import annotations

import io
import json
import sys
from typing import TYPE_CHECKING, Any

from peereval.data.frame import cell_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

MOST_MEMORY = 4_000_000_000
"""Bytes of address space; a million rows of fifty columns take half of it."""


def main() -> None:
    """Read the file on standard input, whose ending is the argument; write JSON."""
    _limit_memory()
    found = read(sys.stdin.buffer.read(), sys.argv[1])
    json.dump(found, sys.stdout)


def _limit_memory() -> None:
    """Let a file that unpacks without end break this process down, and no other."""
    if sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))


def read(content: bytes, ending: str) -> dict[str, Any]:
    """Texts and labels of a file, or the problem in the words of the library that reads it.

    Parameters
    ----------
    content : bytes
        The file.
    ending : str
        Such as ``".sav"``.

    Returns
    -------
    dict
        ``header, columns, encoding, value_labels, no_answer``; or ``problem``.
    """
    import pyreadstat

    stream = io.BytesIO(content)
    readers: dict[str, Callable[..., Any]] = {
        ".sav": pyreadstat.read_sav,
        ".zsav": pyreadstat.read_sav,
        ".dta": pyreadstat.read_dta,
        ".sas7bdat": pyreadstat.read_sas7bdat,
        ".xpt": pyreadstat.read_xport,
    }
    # Transport files know no codes of missing values.
    codes = {} if ending == ".xpt" else {"user_missing": True}
    try:
        columns, meta = readers[ending](stream, output_format="dict", **codes)
    except (
        pyreadstat.ReadstatError,
        pyreadstat.PyreadstatError,
        UnicodeDecodeError,
        OverflowError,
        ValueError,
    ) as err:
        return {"problem": str(err)}
    texts, no_answer = [], {}
    for name, values in columns.items():
        declared = [_declared(value, meta, name) for value in values]
        texts.append(
            ["" if left else cell_text(v) for v, left in zip(values, declared, strict=True)]
        )
        if any(declared):
            no_answer[name] = sum(declared)
    return {
        "header": list(columns),
        "columns": texts,
        "encoding": meta.file_encoding,
        "value_labels": _value_labels(meta.variable_value_labels),
        "no_answer": no_answer,
    }


def _declared(value: Any, meta: Any, name: str) -> bool:
    """Whether the file declares a value of a variable as "no answer"."""
    ranges: Sequence[Mapping[str, Any]] = meta.missing_ranges.get(name, ())
    if isinstance(value, str):
        letters = meta.missing_user_values.get(name, ())
        return value in letters or any(value.strip() == str(r["lo"]).strip() for r in ranges)
    if not isinstance(value, (int, float)):
        return False
    return any(r["lo"] <= value <= r["hi"] for r in ranges if not isinstance(r["lo"], str))


def _value_labels(labels: Mapping[str, Mapping[Any, str]]) -> dict[str, dict[str, str]]:
    """Labels by the text of their code, without codes and labels that are empty."""
    return {
        name: {
            cell_text(code).strip(): label.strip()
            for code, label in own.items()
            if cell_text(code).strip() and label.strip()
        }
        for name, own in labels.items()
    }


if __name__ == "__main__":
    main()

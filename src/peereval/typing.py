"""Names for the arrays and choices that travel between modules."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

FloatVector: TypeAlias = NDArray[np.float64]
"""One-dimensional array of float, shape (n,)."""

FloatMatrix: TypeAlias = NDArray[np.float64]
"""Two-dimensional array of float, shape (n, k)."""

FloatArray: TypeAlias = NDArray[np.floating[Any]]
"""Array of float of any shape, as linear algebra returns it."""

Codes: TypeAlias = NDArray[np.intp]
"""One-dimensional array of whole numbers from 0 that name groups, shape (n,)."""

Direction: TypeAlias = Literal["better", "worse"]
"""Whether a higher score is better or worse."""

TomlTable: TypeAlias = dict[str, Any]
"""A table as read from a TOML file, before validation."""

"""Names for the arrays and choices that travel between modules."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

FloatVector: TypeAlias = NDArray[np.float64]
"""One-dimensional array of float, shape (n,)."""

FloatMatrix: TypeAlias = NDArray[np.float64]
"""Two-dimensional array of float, shape (n, k)."""

Direction: TypeAlias = Literal["better", "worse"]
"""Whether a higher score is better or worse."""

TomlTable: TypeAlias = dict[str, Any]
"""A table as read from a TOML file, before validation."""

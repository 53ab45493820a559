"""The hand-set ledgers of the report's tests, for drawing."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="session")
def build() -> Any:
    """The builder of hand-set ledgers that the report's tests use too."""
    path = Path(__file__).parents[1] / "report" / "builder.py"
    spec = importlib.util.spec_from_file_location("figures_builder", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["figures_builder"] = module
    spec.loader.exec_module(module)
    return module

"""Settings of all tests of the statistics."""

from __future__ import annotations

from hypothesis import settings

# The first call of an example imports scipy, and a busy machine is not a defect.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

"""Sample data that come with the package."""

from __future__ import annotations

from pathlib import Path

from peereval.data.words import full_stop
from peereval.errors import InputFileError, did_you_mean

SAMPLES = {
    "two_regions": "synthetic: peer support groups in two regions, seven outcomes",
    "beat_the_blues": "depression of 100 people over eight months (Beat the Blues trial)",
}
"""Names of the samples, and what they are."""


def sample(name: str) -> tuple[Path, Path]:
    """Paths of a sample's data and plan, for `read_study`.

    Parameters
    ----------
    name : str
        One of `SAMPLES`.

    Returns
    -------
    tuple of Path
        Data file, then plan.

    Raises
    ------
    InputFileError
        If there is no sample of that name.

    Examples
    --------
    >>> data, plan = sample("beat_the_blues")
    >>> data.name, plan.name
    ('data.csv', 'plan.toml')
    """
    if name not in SAMPLES:
        raise InputFileError(
            full_stop(f"There is no sample called '{name}'; {did_you_mean(str(name), SAMPLES)}")
        )
    # Installed, the samples lie beside this file; in a checkout, at its top.
    for folder in Path(__file__).resolve().parents:
        data, plan = (folder / "data" / "sample" / name / f for f in ("data.csv", "plan.toml"))
        if data.is_file() and plan.is_file():
            return data, plan
    raise InputFileError(
        f"The files of the sample '{name}' are not installed.", fix="install peereval again."
    )

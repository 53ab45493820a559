"""Which survey system wrote a table, asked one system after the other."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from peereval.data.exports import forms, limesurvey, online_surveys, qualtrics, redcap, surveymonkey

if TYPE_CHECKING:
    from peereval.data.grid import Grid

_SYSTEMS = (
    qualtrics.table_of,
    surveymonkey.table_of,
    limesurvey.table_of,
    redcap.table_of,
    forms.microsoft_table_of,
    forms.google_table_of,
    online_surveys.table_of,
)


def recognised(grid: Grid) -> Grid:
    """The table of a survey system's export, with its name; any other table as it is.

    Parameters
    ----------
    grid : Grid
        A file or a data frame as it was read.

    Returns
    -------
    Grid
        With one row of column names, which `export` describes. Row numbers stay those of the
        file.

    Examples
    --------
    >>> from peereval.data.grid import Grid
    >>> grid = Grid(
    ...     header=["Timestamp", "How are you?"],
    ...     columns=[["03/01/2026 10:22:11"], ["4"]],
    ...     row_numbers=[2],
    ...     format="CSV",
    ... )
    >>> recognised(grid).format
    'CSV, export of Google Forms'
    """
    for table_of in _SYSTEMS:
        found = table_of(grid)
        if found is not None and found.export is not None:
            return replace(found, format=f"{grid.format}, export of {found.export.system}")
    return grid

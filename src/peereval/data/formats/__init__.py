"""Readers of other files than text and workbooks; each hands over a `Grid`."""

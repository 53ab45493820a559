"""Figures of the report, drawn from ledger rows and disclosed summaries."""

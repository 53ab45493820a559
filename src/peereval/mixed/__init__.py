"""Mixed models of change."""

"""The change of complete pairs."""

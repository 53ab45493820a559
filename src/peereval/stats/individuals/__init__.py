"""How single people changed."""

"""How many people it takes."""

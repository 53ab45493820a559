"""How well something was measured."""

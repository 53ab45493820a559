"""Surveys in which people were matched in part, or not at all."""

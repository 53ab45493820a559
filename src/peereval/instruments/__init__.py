"""Questionnaires: scoring keys, their sources and grades."""

"""Matching: which rows are one person, at which wave by their dates, and which of them count."""

"""Columns that say who somebody is: found, warned of, and taken out."""

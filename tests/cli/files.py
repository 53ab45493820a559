"""The files of a small study, and what stands in a folder."""

from __future__ import annotations

import hashlib
from pathlib import Path

PLAN = """
title = "A small study"

[data]
participant = "id"
wave = "wave"
region = "region"

[waves]
order = ["before", "after"]

[[outcome]]
name = "mood"
label = "Mood"
domain = "clinical"
column = "mood"
range = [0, 20]
higher_is = "better"
"""


def table(people=20):
    """A small study as CSV text: two waves, two regions, some change."""
    lines = ["id,wave,region,mood"]
    for i in range(people):
        region = "North" if i < people // 2 else "South"
        before = 5 + i * 7 % 8
        lines.append(f"P{i:02d},before,{region},{before}")
        lines.append(f"P{i:02d},after,{region},{before + i * 5 % 6 - 1}")
    return "\n".join(lines) + "\n"


def digest(folder):
    """One checksum of all files in a folder and of their names."""
    whole = hashlib.sha256()
    for path in sorted(Path(folder).rglob("*")):
        whole.update(str(path.relative_to(folder)).encode())
        if path.is_file():
            whole.update(path.read_bytes())
    return whole.hexdigest()

"""Tables and plans as they come, and as nobody should send them, for hypothesis to vary."""

from __future__ import annotations

import json

from hypothesis import strategies as st

# Text that has broken readers, tables and pages before.
ODD = [
    *("", " ", "0", "-0", "-9", "999", "1e308", "1e400", "-1e-320", "nan", "NaN", "inf", "-inf"),
    *("None", "NULL", "TRUE", "1,5", "1.234,5", "1/2", "\u00bd", "\u0663", "3\ufe0f\u20e3", "=1+1"),
    *("@x", "+1", "#DIV/0!", "n/a", "prefer not to say", "31/02/2026", "2026-01-03", "01/13/26"),
    *("<script>alert(1)</script>", "'; DROP TABLE x; --", "{item}", "{wave}", "a" * 300),
    *("__import__('os').system('false')", "\u200b", "\u202egnorw", "\x00", "\x1b[31m", '"', '""'),
    *("a,b", "a;b", "a\tb", "line\nbreak", "\u00c5se", "\u0130", "\u00df", "\U0001d518", "\ufeff"),
    *("\udcff", "__x", "$\\frac{1}{2}$", "../../etc/passwd", "C(wave)", "~", "`", "\u5317\u533a"),
]
odd = st.sampled_from(ODD) | st.text(max_size=8)
answer = st.integers(0, 4).map(str)
COLUMNS = ("id", "wave", "region", "group", "q1", "q2", "total")


@st.composite
def rows(draw):
    """Rows of people and waves; a few cells odd, a few rows twice or missing."""
    n_people = draw(st.sampled_from([24, 16, 9, 5, 2, 1, 0]))
    waves = draw(st.sampled_from([*[("before", "after")] * 4, ("before",), ("before", "x")]))
    places = draw(st.sampled_from([*[("North", "South")] * 3, ("North",), ("", "A"), ("A", "a")]))
    seed = draw(st.randoms(use_true_random=False))
    table = [
        [
            *(f"P{i:02d}", wave, places[i % len(places)], f"g{i // 4}"),
            *(str(seed.randint(0, most)) for most in (4, 4, 20)),
        ]
        for i in range(n_people)
        for wave in waves
        if seed.random() < 0.9
    ]
    for _ in range(draw(st.sampled_from([0, 0, 1, 3])) if table else 0):
        row = draw(st.integers(0, len(table) - 1))
        table[row][draw(st.integers(0, len(COLUMNS) - 1))] = draw(odd)
    if table and not draw(st.integers(0, 4)):
        table.append(list(draw(st.sampled_from(table))))
    return table


def quoted(cell, delimiter):
    """One cell of a delimited file, quoted where it must be."""
    if any(sign in cell for sign in (delimiter, '"', "\n", "\r")):
        return '"' + cell.replace('"', '""') + '"'
    return cell


@st.composite
def data_file(draw):
    """The bytes of a CSV file: its delimiter, encoding and ends of line as programs write them."""
    header = list(COLUMNS)
    if not draw(st.integers(0, 5)):
        header[draw(st.integers(0, len(header) - 1))] = draw(odd)
    delimiter = draw(st.sampled_from([",", ";", "\t"]))
    end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    lines = [header, *draw(rows())]
    text = end.join(delimiter.join(quoted(c, delimiter) for c in line) for line in lines) + end
    codec = draw(st.sampled_from(["utf-8", "utf-8", "utf-8-sig", "utf-16", "cp1252"]))
    content = text.encode(codec, "replace")
    for _ in range(draw(st.sampled_from([0, 0, 0, 0, 1, 3]))):
        at = draw(st.integers(0, len(content)))
        kind = draw(st.sampled_from(["cut", "insert", "replace"]))
        junk = draw(st.binary(min_size=1, max_size=4))
        if kind == "cut":
            content = content[:at]
        else:
            content = content[:at] + junk + content[at + (len(junk) if kind == "replace" else 0) :]
    return content


def toml(text):
    """Text as a TOML string, if TOML can hold it."""
    return json.dumps(text.encode("utf-8", "replace").decode(), ensure_ascii=False).replace(
        "\x7f", "\\u007f"
    )


USUAL = {
    "title": '"A study"',
    "[data]": "",
    "participant": '"id"',
    "wave": '"wave"',
    "region": '"region"',
    "group": '"group"',
    "missing": '["-9", "n/a"]',
    "duplicates": '"first"',
    "out_of_range": '"missing"',
    "[waves]": "",
    "order": '["before", "after"]',
    "[report]": "",
    "disclosure": '"charity"',
    "[[outcome]]": "",
    "name": '"mood"',
    "label": '"Mood"',
    "domain": '"hope"',
    "items": '"q{item}"',
    "range": "[0, 4]",
    "score": '"sum"',
    "higher_is": '"better"',
}
SECOND = """
[[outcome]]
name = "total"
domain = "clinical"
column = "total"
range = [0, 20]
higher_is = "worse"
"""
FINE = {
    "ids": ['"trim"', '"exact"'],
    "duplicates": ['"last"', '"most_complete"'],
    "disclosure": ['"none"', '"nhs_mhsds"', '"nhs_hes"', '"ons"'],
    "items": ['["q1", "q2"]', '["q1"]'],
    "range": ["[0, 10]", "[-1e308, 1e308]", "[0, 1e-300]", "[0, 1]"],
    "score": ['"mean"'],
    "max_missing": ["0"],
    "smallest_change": ["2", "1e-300", "1e300"],
    "primary": ["true"],
    "reliability": ["0.8", "1e-12", "0.999999999"],
    "ci_level": ["0.5", "0.999"],
    "group": ['"q1"', '"total"'],
    "region": ['"q1"', '"total"'],
}
WRONG = {
    "participant": ['"wave"', "3"],
    "duplicates": ['"refuse"', "1"],
    "out_of_range": ['"refuse"', '"x"'],
    "order": ['["before"]', '["after", "before"]', '["before", "after", "x"]', '"before"', "[]"],
    "items": ['["q1", "q9"]', "[]", '"{item}"', "1"],
    "range": ["[4, 0]", "[-inf, inf]", "[0, nan]", "[0]", '"0-4"'],
    "max_missing": ["1", "-1", "99", "1.5"],
    "smallest_change": ["0", "-1", "nan"],
    "caseness": ["2", "99"],
    "method": ['"JT"', '"x"'],
    "ci_level": ["0", "95"],
}
SECTIONS = {"ids": "[data]", "ci_level": "[report]"}


def placed(values, key, value):
    """The values with one more, in the table it belongs to."""
    if key in values:
        return {**values, key: value}
    section = SECTIONS.get(key, "[[outcome]]")
    more = {}
    for name, own in values.items():
        more[name] = own
        if name == section:
            more[key] = value
    return more


@st.composite
def plan(draw):
    """A plan for these tables: half of them with what a plan may say, half with what it may not."""
    values = dict(USUAL)
    if draw(st.booleans()):
        for key in draw(st.lists(st.sampled_from([*FINE, "title", "label", "domain"]), max_size=3)):
            rule = st.sampled_from(FINE[key]) if key in FINE else odd.map(toml)
            values = placed(values, key, draw(rule))
        return text_of(values) + (SECOND if draw(st.booleans()) else "")
    for key in draw(st.lists(st.sampled_from([*USUAL, *WRONG]), min_size=1, max_size=3)):
        if not key.startswith("["):
            rules = [st.sampled_from(WRONG[key])] if key in WRONG else []
            values = placed(values, key, draw(st.one_of(*rules, odd.map(toml))))
    if not draw(st.integers(0, 3)):
        values.pop(draw(st.sampled_from(list(values))))
    text = text_of(values)
    if draw(st.integers(0, 4)):
        return text
    at = draw(st.integers(0, len(text)))
    return text[:at] + draw(st.sampled_from(["\n[", "\nx = ", "\na.b = 1\n"]) | odd) + text[at:]


def text_of(values):
    """The lines of a plan."""
    return "\n".join(f"{k} = {v}" if v else k for k, v in values.items())

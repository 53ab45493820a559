"""Data and plans of strangers: nothing runs, nothing leaks, nothing is asked of a network."""

import base64
import csv
import hashlib
import json
import os
import random
import re
import signal
import struct
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

import pytest

from peereval.data.examples import sample

MOMENTS = int(os.environ.get("PEEREVAL_KILLS", "5"))
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "javascript:alert(1)",
    "</style><script>alert(1)</script>",
    "</text></svg><script>alert(1)</script>",
    "]]><script>alert(1)</script>",
    "{{ 7 * 7 }}{% include 'x' %}",
    "$\\frac{1}{0}$ $x",
    "\\input{/etc/passwd}",
    '","made_by":"x',
]
FORMULAS = ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", "=HYPERLINK(0)|x", "%=1", "\r=1+1"]
PLAN = """
title = {title}
organisation = {title}
notice = {title}
[data]
participant = {id}
wave = {wave}
region = {region}
group = {group}
[waves]
order = [{before}, {after}]
[[outcome]]
name = "mood"
label = {label}
domain = {label}
column = {mood}
range = [0, 20]
higher_is = "better"
"""


def quoted(text):
    """Text as TOML, which writes it as JSON does."""
    return json.dumps(text, ensure_ascii=False)


@pytest.fixture
def hostile(tmp_path, cli):
    """Write a report in which every name is the same hostile text, made unique by a word."""

    def write(text, *options):
        names = {
            "id": f"id {text}",
            "wave": f"wave {text}",
            "region": f"region {text}",
            "group": f"group {text}",
            "mood": f"mood {text}",
        }
        before, after = f"{text} one", f"{text} two"
        with (tmp_path / "data.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(names.values())
            for i in range(48):
                place = f"{text} North" if i < 24 else f"{text} South"
                for wave, score in ((before, 5 + i * 7 % 8), (after, 6 + i * 5 % 9)):
                    writer.writerow([f"P{i}", wave, place, f"{text} {i // 6}", score])
        plan = PLAN.format(
            title=quoted(text), label=quoted(text), before=quoted(before), after=quoted(after),
            **{k: quoted(v) for k, v in names.items()},
        )  # fmt: skip
        (tmp_path / "plan.toml").write_text(plan, "utf-8")
        answer = cli(
            "report", tmp_path / "data.csv", "--plan", tmp_path / "plan.toml",
            "--out", tmp_path / "out", "--length", "technical", *options,
        )  # fmt: skip
        assert answer.code == 0, answer.err
        return tmp_path / "out"

    return write


class Tags(HTMLParser):
    """Names of all elements and attributes of a page, and its links."""

    def __init__(self):
        super().__init__()
        self.tags, self.attributes, self.links, self.text = set(), set(), [], []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data):
        self.text.append(data)


def parsed(page):
    tags = Tags()
    tags.feed(page)
    return tags


@pytest.mark.parametrize("text", HOSTILE)
def test_every_name_shows_as_text(hostile, text):
    folder = hostile(text)
    page = (folder / "report.html").read_text("utf-8")
    found = parsed(page)
    assert not found.tags & {"script", "object", "iframe", "embed", "form", "input", "base", "link"}
    assert not {a for a in found.attributes if a.startswith("on")}
    assert all(
        link.startswith(("#", "data:image/svg+xml;base64,", "https://doi.org/"))
        for link in found.links
    )
    shown = "".join(found.text)
    assert text in shown
    assert f"{text} North" in shown
    if "7 * 7" in text:
        assert "{{ 7 * 7 }}" in shown
    images = [
        base64.b64decode(link.split(",")[1]) for link in found.links if link.startswith("data:")
    ]
    assert images
    for svg in [*images, *(p.read_bytes() for p in (folder / "figures").glob("*.svg"))]:
        names = {element.tag.rpartition("}")[2] for element in ET.fromstring(svg).iter()}  # noqa: S314
        assert not names & {"script", "foreignObject", "a", "image", "iframe"}
        attributes = {a for e in ET.fromstring(svg).iter() for a in e.attrib}  # noqa: S314
        assert not {a for a in attributes if a.lower().startswith("on")}
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert manifest["made_by"] == "peereval"
    assert set(manifest["files"]) == {
        p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()
    } - {"manifest.json"}


def test_the_page_forbids_scripts_and_other_places(hostile):
    page = (hostile(HOSTILE[0]) / "report.html").read_text("utf-8")
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)[1]
    assert policy.startswith("default-src 'none'; img-src data:; style-src 'sha256-")


@pytest.mark.parametrize("text", FORMULAS)
@pytest.mark.parametrize("options", [(), ("--raw-ledger",)])
def test_no_cell_of_the_ledger_is_a_formula(hostile, text, options):
    folder = hostile(text, *options)
    with (folder / "ledger.csv").open(encoding="utf-8", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert any(text.strip() in cell for cell in cells)
    for cell in cells:
        if cell.lstrip(" ")[:1] in tuple("=+-@\t\r\n") and cell:
            assert re.fullmatch(r"-?[0-9.]+(e[+-]?[0-9]+)?|-inf", cell), cell


CODE = "__import__('os').system('touch {}')"


def test_code_in_every_name_is_inert(hostile, tmp_path):
    folder = hostile(CODE.format(tmp_path / "pwned"))
    assert not (tmp_path / "pwned").exists()
    found = (folder / "ledger.csv").read_text("utf-8")
    # The mixed model is fitted all the same, with the regions as its levels.
    assert ",mixed,mean_change," in found
    assert f"region={CODE.format(tmp_path / 'pwned')} North" in found


@pytest.mark.parametrize("name", ["name", "instrument", "items", "column", "method", "subscale"])
def test_code_as_any_value_of_an_outcome_is_inert(small, cli, name):
    code = CODE.format(small / "pwned")
    plan = (small / "plan.toml").read_text("utf-8")
    plan = re.sub(rf"(?m)^{name} = .*$", "", plan) + f"{name} = {quoted(code)}\n"
    (small / "plan.toml").write_text(plan, "utf-8")
    answer = cli("report", small / "data.csv", "--plan", small / "plan.toml", "--out", small / "o")
    assert answer.code == 2
    assert "mistake of peereval" not in answer.err
    assert not (small / "pwned").exists()


@pytest.mark.parametrize("name", ["../../../../etc/passwd", "/etc/passwd", "a\x00b", "."])
def test_an_instrument_is_no_path(small, cli, name):
    plan = (small / "plan.toml").read_text("utf-8").replace("range = [0, 20]", "")
    (small / "plan.toml").write_text(
        plan.replace('higher_is = "better"', f"instrument = {quoted(name)}"), "utf-8"
    )
    answer = cli("check", small / "data.csv", "--plan", small / "plan.toml")
    assert answer.code == 2
    assert "mistake of peereval" not in answer.err


def test_no_source_of_ours_runs_what_it_reads():
    """No module loads pickles or evaluates text (formulaic evaluates terms that are let through)."""
    import peereval

    forbidden = re.compile(r"\b(pickle|marshal|shelve|dill|joblib)\b|(?<![\w.])(eval|exec)\(|yaml")
    for folder in peereval.__path__:
        for top, _, names in os.walk(folder):
            for name in names:
                if name.endswith(".py"):
                    with open(os.path.join(top, name), encoding="utf-8") as file:  # noqa: PTH123, PTH118
                        assert not forbidden.search(file.read()), name


OFFLINE = """
import socket, sys

def refuse(*_args, **_kwargs):
    raise SystemExit("a socket was asked for")

def watch(event, _details):
    if event.startswith(("socket.", "urllib.", "http.", "ftplib.", "smtplib.")):
        refuse()

class Refused(socket.socket):
    __init__ = refuse

socket.socket = Refused
socket.create_connection = refuse
socket.getaddrinfo = refuse
sys.addaudithook(watch)
from peereval.cli.app import run
sys.exit(run(sys.argv[1:]))
"""


@pytest.mark.parametrize("command", ["report", "check", "pseudonymise"])
def test_nothing_is_asked_of_a_network(tmp_path, command):
    data, plan = sample("two_regions")
    words = {
        "report": [data, "--plan", plan, "--out", tmp_path / "out"],
        "check": [data, "--plan", plan],
        "pseudonymise": [data, "--plan", plan, "--out", tmp_path / "new" / "out.csv",
                         "--key", tmp_path / "key"],
    }[command]  # fmt: skip
    (tmp_path / "new").mkdir()
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", OFFLINE, command, *map(str, words)],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def png_texts(content):
    """Everything a PNG says beside its picture, unpacked."""
    at, found = 8, b""
    while at < len(content):
        (size,) = struct.unpack(">L", content[at : at + 4])
        kind, data = content[at + 4 : at + 8], content[at + 8 : at + 8 + size]
        assert kind in (b"IHDR", b"IDAT", b"IEND", b"pHYs", b"PLTE", b"sRGB", b"gAMA"), kind
        found += b"" if kind == b"IDAT" else data
        at += size + 12
    return found


@pytest.mark.parametrize("options", [(), ("--raw-ledger",)])
@pytest.mark.parametrize("disclosure", ["charity", "none"])
def test_nobody_can_be_found_in_any_file(tmp_path, cli, options, disclosure):
    """IDs, names and a score like no other stand in the data and in no file that is written."""
    canary, odd = "CANARY-77f3", "13.6180339"
    lines = ["id,wave,region,mood,Full name"]
    for i in range(40):
        who = f"{canary}-{i:02d}"
        region = "North" if i < 20 else "South"
        score = odd if i == 7 else 5 + i * 7 % 8
        lines.append(f"{who},before,{region},{score},Zebedee {canary}")
        lines.append(f"{who},after,{region},{6 + i * 5 % 9},Zebedee {canary}")
    lines.append(f"{canary}-99,before,North,,Zebedee")
    (tmp_path / "data.csv").write_text("\n".join(lines) + "\n", "utf-8")
    plan = PLAN.format(
        title='"A study"', id='"id"', wave='"wave"', region='"region"', group='"region2"',
        before='"before"', after='"after"', label='"Mood"', mood='"mood"',
    ).replace('group = "region2"\n', "") + f'[report]\ndisclosure = "{disclosure}"\n'  # fmt: skip
    (tmp_path / "plan.toml").write_text(plan, "utf-8")
    answer = cli(
        "report", tmp_path / "data.csv", "--plan", tmp_path / "plan.toml",
        "--out", tmp_path / "out", "--length", "technical", *options,
    )  # fmt: skip
    assert answer.code == 0, answer.err
    written = {p: p.read_bytes() for p in (tmp_path / "out").rglob("*") if p.is_file()}
    for path, content in written.items():
        text = png_texts(content) if path.suffix == ".png" else content
        if path.name == "report.html":
            for packed in re.findall(rb"base64,([A-Za-z0-9+/=]+)", content):
                text += base64.b64decode(packed)
        for secret in (canary, canary.lower(), "Zebedee", odd, odd[:6]):
            assert secret.encode() not in text, (path, secret)
    for secret in (canary, canary.lower(), "Zebedee", odd):
        assert secret not in answer.out + answer.err


@pytest.mark.skipif(os.name != "posix", reason="kills of POSIX")
@pytest.mark.parametrize("seed", range(MOMENTS))
def test_a_report_killed_at_any_moment(small, seed):
    words = [sys.executable, "-m", "peereval", "report", str(small / "data.csv"),
             "--plan", str(small / "plan.toml"), "--out", str(small / "out")]  # fmt: skip
    subprocess.run(  # noqa: S603 - our own command
        [*words, "--length", "summary"], check=True, stdout=subprocess.DEVNULL, timeout=60
    )
    old = (small / "out" / "report.html").read_bytes()
    process = subprocess.Popen(  # noqa: S603 - our own command
        [*words, "--length", "technical"], stdout=subprocess.DEVNULL
    )
    time.sleep(random.Random(seed).uniform(0.0, 3.0))  # noqa: S311 - no secret
    process.send_signal(signal.SIGKILL)
    process.wait(timeout=60)
    manifest = json.loads((small / "out" / "manifest.json").read_text("utf-8"))
    for name, checksum in manifest["files"].items():
        assert hashlib.sha256((small / "out" / name).read_bytes()).hexdigest() == checksum
    assert ((small / "out" / "report.html").read_bytes() == old) or process.returncode in (0, -9)
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, timeout=60)  # noqa: S603
    assert sorted(p.name for p in small.iterdir()) == ["data.csv", "out", "plan.toml"]

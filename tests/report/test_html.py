from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from peereval.report.compose import compose
from peereval.report.html import html_text

from .builder import Result, evaluation, outcome, with_people

GOLDEN = Path(__file__).parent / "golden"
HOSTILE = ("<script>alert(1)</script>", "$x^2$", "=1+1", 'He said "hello" & left')


class Page(HTMLParser):
    """What a browser would find: tags with attributes, and text outside the style."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.text, self.open = [], "", ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.open = tag

    def handle_endtag(self, tag):
        self.open = ""

    def handle_data(self, data):
        if self.open != "style":
            self.text += data

    def of(self, tag):
        return [attrs for name, attrs in self.tags if name == tag]


def page(ledger_and_facts, length="technical"):
    return html_text(compose(*ledger_and_facts, length=length))


def without_pictures(text):
    """The page with its style and its pictures taken out."""
    text = re.sub(r"data:image/svg\+xml;base64,[^\"]+", "PICTURE", text)
    text = re.sub(r"sha256-[^']+", "HASH", text)
    return re.sub(r"<style>.*?</style>", "<style></style>", text, flags=re.DOTALL)


@pytest.mark.parametrize("length", ["summary", "full"])
def test_golden_page(small, length):
    """Made from a ledger set by hand; read by a person before it was accepted."""
    golden = (GOLDEN / f"{length}.html").read_text(encoding="utf-8")
    assert without_pictures(page(small, length)) == golden


def test_page_asks_nothing_of_any_other_place(small):
    text = page(small)
    found = Page(text)
    targets = [v for _, attrs in found.tags for k, v in attrs.items() if k in ("src", "href")]
    assert targets
    assert all(t.startswith(("data:image/svg+xml;base64,", "#")) for t in targets)
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)[1]
    assert "url(" not in style
    assert "@import" not in style
    assert not found.of("script")
    assert not found.of("link")
    assert not [a for _, a in found.tags if any(k == "style" or k.startswith("on") for k in a)]


def test_pictures_ask_nothing_either(small):
    for picture in compose(*small, length="full").pictures():
        places = re.findall(r"(?:href|src)=\"([^\"]*)\"", picture.svg)
        assert [p for p in places if not p.startswith("#")] == []


def test_policy_allows_exactly_this_style(small):
    text = page(small)
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = next(a["content"] for a in Page(text).of("meta") if "http-equiv" in a)
    assert policy == f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'"


def test_headings_step_down_one_at_a_time(small):
    levels = [int(t[1]) for t, _ in Page(page(small)).tags if re.fullmatch("h[1-6]", t)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))


def test_ids_are_unique_and_links_lead_somewhere(small):
    found = Page(page(small))
    ids = [a["id"] for _, a in found.tags if "id" in a]
    assert len(ids) == len(set(ids))
    wanted = {a["href"].removeprefix("#") for a in found.of("a")}
    wanted |= {a["aria-labelledby"] for _, a in found.tags if "aria-labelledby" in a}
    assert wanted <= set(ids)


def test_every_picture_has_words_with_n(small):
    images = Page(page(small)).of("img")
    assert len(images) == 4
    assert all(len(a["alt"]) > 40 for a in images)
    assert "n = 42" in images[0]["alt"]


@pytest.mark.parametrize("text", HOSTILE)
def test_names_from_the_plan_stay_text(text):
    o = outcome("hope", label=text, domain=text, measure=text, citations=(text,))
    made = evaluation(
        (o, Result()),
        regions=(text, "South"),
        title=text,
        organisation=text,
        notice=text,
        first_wave=text,
        rules=((text, text),),
        plan_text=text,
        source_name=text,
    )
    found = Page(page((with_people(made[0], o), made[1])))
    assert not found.of("script")
    assert found.text.count(text) > 8
    assert all(set(a) <= {"src", "alt"} for a in found.of("img"))


@pytest.mark.parametrize(
    "notice",
    ['a "quoted" notice', "two\nlines", "a } body { display: none", "</style><b>", "\\22 é"],
)
def test_a_notice_cannot_break_the_style(notice):
    text = page(evaluation((outcome(), Result()), notice=notice), "summary")
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)[1]
    content = re.search(r'content: "([^"]*)"', style)[1]
    assert re.fullmatch(r"(\\[0-9a-f]{6})+", content)
    assert "".join(chr(int(c, 16)) for c in content.split("\\")[1:]) == notice
    assert Page(text).text.count(notice) == 1
    assert style.count("{") == style.count("}")


def test_no_notice_no_band():
    text = page(evaluation((outcome(), Result()), notice=""), "summary")
    assert 'class="notice"' not in text
    assert "@top-center" not in text


def test_the_same_ledger_gives_the_same_bytes(small):
    assert page(small) == page(small)

"""Figures from ledgers set by hand: what is drawn, and that all of it can be read."""

from __future__ import annotations

import re

import pytest

from peereval.disclosure.suppress import disclose
from peereval.figures import FIGURES, FigureError, draw

LONG = "An outcome with a label that runs on to about sixty letters"
WINDOWS = {"12 weeks $x^2$": (56, 126), "A wave with a long name": (150, 210)}
REGIONS = (
    "<script>alert(1)</script>",
    "$x^2$",
    "=1+1",
    "A region whose name runs on and on, to sixty letters or so",
    "North",
    "South",
    "East",
    "West",
)


def study(build, n_outcomes=4, n_regions=2, **changed):
    """Outcomes with every kind of verdict and hostile or long names."""
    codes = (*build.CODES, "not_estimated")
    results = [
        (
            build.outcome(
                f"o{i}",
                label=LONG if i % 2 else f'Outcome {i} "quoted" $x^2$',
                domain=f"domain {i // 4}",
                higher_is="better" if i % 2 else "worse",
            ),
            build.Result(code=codes[i % len(codes)], exploratory=i % 4 == 3),
        )
        for i in range(n_outcomes)
    ]
    ledger, facts = build.evaluation(*results, regions=REGIONS[:n_regions], **changed)
    for o, _ in results:
        ledger = build.with_people(ledger, o)
    return build.with_windows(ledger, facts, WINDOWS)


def texts(figure):
    """Every text that reaches the page, with its box in pixels."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.text import Text

    from peereval.figures.style import figure_style

    canvas = FigureCanvasAgg(figure)
    drawn = []
    with figure_style():
        canvas.draw()  # settles the layout
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Text, "draw", lambda text, renderer: drawn.append(text))
            canvas.draw()
        renderer = canvas.get_renderer()
        return [
            (t, t.get_window_extent(renderer))
            for t in drawn
            if t.get_visible() and t.get_text().strip()
        ]


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize(("n_outcomes", "n_regions"), [(1, 1), (4, 2), (4, 8), (15, 4)])
def test_no_text_is_cut_or_lies_on_another(build, name, n_outcomes, n_regions):
    picture = draw(name, *study(build, n_outcomes, n_regions))
    figure = picture.figure
    found = texts(figure)
    assert found
    width, height = figure.get_size_inches() * figure.dpi
    for text, box in found:
        words = text.get_text()
        assert box.x0 >= -1, words
        assert box.y0 >= -1, words
        assert box.x1 <= width + 1, words
        assert box.y1 <= height + 1, words
    for i, (text, box) in enumerate(found):
        for other, there in found[i + 1 :]:
            across = min(box.x1, there.x1) - max(box.x0, there.x0)
            along = min(box.y1, there.y1) - max(box.y0, there.y0)
            apart = across <= 2 or along <= 2
            assert apart, (text.get_text(), other.get_text())


@pytest.mark.parametrize("name", FIGURES)
def test_the_same_ledger_gives_the_same_bytes(build, name):
    one, two = (draw(name, *study(build, 3)) for _ in range(2))
    assert one.svg == two.svg
    assert one.png() == two.png()


@pytest.mark.parametrize("name", FIGURES)
def test_words_for_those_who_do_not_see_it_hold_the_numbers(build, name):
    picture = draw(name, *study(build, 2))
    assert picture.title
    assert re.search(r"\bn\b", picture.caption)
    assert any(n in picture.alt for n in ("n = 42", "30 answered", "13 people", "n = 21"))


@pytest.mark.parametrize("name", FIGURES)
def test_formulas_in_names_stay_text(build, name):
    picture = draw(name, *study(build, 1, 2))
    words = " ".join(t.get_text() for t, _ in texts(picture.figure)).replace("\n", "")
    assert "$x^2$" in words
    assert not any(t.get_parse_math() for t, _ in texts(picture.figure))


@pytest.mark.parametrize("name", FIGURES)
def test_hidden_numbers_are_drawn_as_hidden(build, name):
    o = build.outcome("hope")
    ledger, facts = build.evaluation(
        (o, build.Result(n_pre=7, n_post=7, n_pairs=7)), regions=("North", "South")
    )
    flow = [*build.flow(both=4, only_first=3), *build.flow("region=North", both=2, only_first=1)]
    rows = [r for r in build.with_people(ledger, o) if r.analysis != "flow"]
    ledger, facts = build.with_windows(build.Ledger([*flow, *rows]), facts, WINDOWS)
    picture = draw(name, disclose(ledger, "charity"), facts)
    drawn_words = " ".join(t.get_text() for t, _ in texts(picture.figure))
    assert "+2.2" not in drawn_words + picture.alt
    if name != "individuals":
        assert "hidden" in drawn_words


@pytest.mark.parametrize("name", ["change", "regions"])
def test_an_n_that_is_hidden_is_not_drawn_as_nobody(build, name):
    o = build.outcome("hope")
    # 33 people before, 30 of them after: the n of everyone with any score would give the 3 away.
    ledger, facts = build.evaluation((o, build.Result(n_pre=33, n_post=40)), regions=("North", "S"))
    picture = draw(name, disclose(ledger, "charity"), facts)
    words = picture.alt + " ".join(t.get_text() for t, _ in texts(picture.figure))
    assert "n hidden" in words
    assert "n = 0" not in words


def test_exploratory_marks_are_hollow(build):
    from peereval.figures.style import GREEN, WHITE

    o = build.outcome("hope")
    for exploratory, fill in ((False, GREEN), (True, WHITE)):
        made = build.evaluation((o, build.Result(code="improved", exploratory=exploratory)))
        (ax,) = draw("change", *made).figure.axes
        marks = [line for line in ax.lines if line.get_marker() == "^"]
        assert [m.get_markerfacecolor() for m in marks] == [fill]


def test_good_is_to_the_right_whichever_way_the_scale_runs(build):
    for higher_is in ("better", "worse"):
        made = build.evaluation((build.outcome("o", higher_is=higher_is), build.Result()))
        (ax,) = draw("change", *made).figure.axes
        (mark,) = [line for line in ax.lines if line.get_marker() == "^"]
        assert mark.get_xdata()[0] == pytest.approx(1.1)  # 2.2 points of 2 that matter


def test_marks_differ_in_shape_and_not_in_colour_alone():
    from peereval.figures.change import mark_of

    shapes = {
        mark_of(c)[0] for c in ("improved", "worsened", "no_meaningful_change", "inconclusive")
    }
    assert len(shapes) == 4


def test_no_regions_no_figure_of_regions(build):
    assert draw("regions", *study(build, 1, 0)) is None


def test_unknown_figure_is_refused(build):
    with pytest.raises(FigureError, match="no figure 'chnage'"):
        draw("chnage", *study(build, 1, 0))


@pytest.mark.newest
@pytest.mark.mpl_image_compare(
    baseline_dir="baseline", tolerance=8, style="default", savefig_kwargs={"dpi": 75}
)
@pytest.mark.parametrize("name", FIGURES)
def test_image(build, name):
    """Looked at by a person before it was accepted; compared when pytest runs with --mpl."""
    from peereval.figures.style import figure_style

    o = build.outcome("hope")
    mood = build.outcome(
        "mood", label="Low mood", domain="clinical", higher_is="worse", reliable_change=6.0
    )
    ledger, facts = build.evaluation(
        (o, build.Result(code="improved")),
        (mood, build.Result(code="worsened_trivially", exploratory=True)),
        (build.outcome("sleep", domain="clinical"), build.Result(code="no_meaningful_change")),
        (build.outcome("work", domain="social"), build.Result(code="inconclusive")),
        (build.outcome("trust", domain="social"), build.Result(code="not_estimated")),
        regions=("North", "South"),
    )
    ledger = build.with_people(ledger, mood)
    ledger, facts = build.with_windows(ledger, facts, {"12 weeks": (56, 126), "a year": (330, 400)})
    with figure_style():
        return draw(name, ledger, facts).figure

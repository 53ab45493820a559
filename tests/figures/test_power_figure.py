"""Power curves: the finding in the title, the number of people, and all of it readable."""

import numpy as np
import pytest

from peereval.figures.power import PowerCurve, draw_power

from .test_figures import texts


def curve(goal="find a change of 3 points", needed=34, half=14.5):
    n = np.linspace(2, 60, 59)
    return PowerCurve(goal=goal, n=n, power=1 - 0.5 ** (n / half), n_needed=needed)


NO_CHANGE = curve("show that there is no change of 2 points or more", 47, half=20.0)


def test_the_title_is_the_finding():
    picture = draw_power([curve()], 0.8)
    (ax,) = picture.figure.axes
    assert picture.title == (
        "34 people with both scores can find a change of 3 points with 80% power"
    )
    assert ax.get_title(loc="left") == picture.title


def test_the_mark_lies_on_the_curve_above_its_number_of_people():
    (ax,) = draw_power([curve()], 0.8).figure.axes
    (mark,) = [line for line in ax.lines if line.get_marker() == "o"]
    assert mark.get_xdata()[0] == 34
    assert mark.get_ydata()[0] == pytest.approx(1 - 0.5 ** (34 / 14.5))
    assert "n = 34" in [t.get_text() for t in ax.texts]


def test_every_curve_has_a_panel_over_the_same_people():
    axes = draw_power([curve(), NO_CHANGE], 0.8).figure.axes
    assert [ax.get_title(loc="left").split()[0] for ax in axes] == ["34", "47"]
    assert axes[0].get_xlim() == axes[1].get_xlim() == (0, 60)


def test_words_for_those_who_do_not_see_it_hold_the_numbers():
    picture = draw_power([curve(), NO_CHANGE], 0.8)
    assert "To find a change of 3 points with 80% power: n = 34; with 16 people 53%" in picture.alt
    assert "no change of 2 points or more with 80% power: n = 47" in picture.alt
    assert "(n)" in picture.caption


@pytest.mark.parametrize("needed", [2, 34, 58])
@pytest.mark.parametrize("n_curves", [1, 2])
def test_no_text_is_cut_or_lies_on_another(needed, n_curves):
    figure = draw_power([curve(needed=needed), NO_CHANGE][:n_curves], 0.8).figure
    width, height = figure.get_size_inches() * figure.dpi
    found = texts(figure)
    for i, (text, box) in enumerate(found):
        assert box.x0 >= -1, text
        assert box.y0 >= -1, text
        assert box.x1 <= width + 1, text
        assert box.y1 <= height + 1, text
        for other, there in found[i + 1 :]:
            across = min(box.x1, there.x1) - max(box.x0, there.x0)
            along = min(box.y1, there.y1) - max(box.y0, there.y0)
            assert across <= 2 or along <= 2, (text.get_text(), other.get_text())


def test_the_same_numbers_give_the_same_bytes():
    one, two = (draw_power([curve(), NO_CHANGE], 0.8) for _ in range(2))
    assert one.svg == two.svg
    assert one.png() == two.png()


@pytest.mark.newest
@pytest.mark.mpl_image_compare(
    baseline_dir="baseline", tolerance=8, style="default", savefig_kwargs={"dpi": 75}
)
def test_power_image():
    """Looked at by a person before it was accepted; compared when pytest runs with --mpl."""
    from peereval.figures.style import figure_style

    with figure_style():
        return draw_power([curve(), NO_CHANGE], 0.8).figure

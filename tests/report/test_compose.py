from __future__ import annotations

import re
from dataclasses import replace

import pytest

from peereval.disclosure.suppress import disclose
from peereval.report.compose import compose
from peereval.report.document import FigureBlock, Table
from peereval.results.format import fixed
from peereval.results.ledger import Ledger

from .builder import CODES, CONTRAST, MODEL, Result, count, evaluation, flow, outcome, with_people


def walk(sections):
    for section in sections:
        yield section
        yield from walk(section.sections)


def tables(document):
    for section in walk(document.sections):
        for block in section.blocks:
            if isinstance(block, Table):
                yield block
            elif isinstance(block, FigureBlock) and block.table:
                yield block.table


def words_of(document):
    return "\n".join(str(block) for s in walk(document.sections) for block in s.blocks)


def test_limits_come_before_any_finding(small):
    for length in ("summary", "full", "technical"):
        ids = [s.id for s in compose(*small, length=length).sections]
        assert ids[:3] == ["at-a-glance", "limits", "findings"]


def test_lengths_hold_one_another(small):
    ids = {
        n: [s.id for s in compose(*small, length=n).sections]
        for n in ("summary", "full", "technical")
    }
    assert ids["full"][:3] == ids["summary"]
    assert ids["technical"] == [*ids["full"], "every-number"]


def test_ids_are_unique(small):
    document = compose(*small, length="technical")
    found = [t.id for t in tables(document)] + [s.id for s in walk(document.sections)]
    assert len(found) == len(set(found))


def test_ids_are_unique_beside_the_rates_over_several_measures(small):
    ledger, facts = small
    rate = count(
        "study", "people", 9, analysis="individual_change", level="recovery", contrast=CONTRAST
    )
    document = compose(Ledger([*ledger, rate]), facts, length="full")
    ids = [t.id for t in tables(document)]
    assert "recovery-table" in ids
    assert len(ids) == len(set(ids))


def test_every_table_is_rectangular_and_says_n(small):
    for table in tables(compose(*small, length="technical")):
        assert {len(row) for row in table.rows} <= {len(table.header)}
        if table.id in (
            "outcomes",
            "regions",
            "region-differences",
            "certainty-table",
            "main-analysis",
            "effects",
            "equivalence",
            "verdict-list",
            "ledger",
        ):
            assert any(re.search(r"\bn\b", head) for head in table.header), table.id


def test_effect_sizes_name_their_denominator(small):
    effects = next(t for t in tables(compose(*small, length="full")) if t.id == "effects")
    assert [h for h in effects.header if h[:2] in ("d_", "g_") and "(" not in h] == []


RESULT_TABLES = {
    "outcomes",
    "regions",
    "region-differences",
    "certainty-table",
    "main-analysis",
    "effects",
    "equivalence",
    "verdict-list",
    "ledger",
    "flow",
    "score-counts",
    "individuals-table",
    "ends",
}


def printed_forms(ledger):
    """Every way in which a number of the ledger may be printed, without sign and first zero."""
    forms = {""}
    for row in ledger:
        numbers = [row.value, row.ci_low, row.ci_high, row.statistic_value, row.df, row.df_num]
        for number in (*numbers, row.p_value, row.n, 100 * row.ci_level):
            if number is not None and abs(number) < 1e9:
                forms |= {fixed(abs(number), places).lstrip("0") for places in range(5)}
        if row.unit == "people" and row.n:
            forms.add(fixed(100 * row.value / row.n, 0).lstrip("0"))
    return forms


def numbers_in(cell):
    """Numbers of a cell; a cell of words (a verdict, a method) has digits of its own."""
    return [] if re.search(r"[a-z]{5}", cell) else re.findall(r"\d+(?:\.\d+)?|\.\d+", cell)


def test_every_number_in_a_result_table_is_a_number_of_the_ledger(small):
    ledger, facts = small
    allowed = printed_forms(ledger)
    printed = [
        number
        for table in tables(compose(ledger, facts, length="technical"))
        if table.id in RESULT_TABLES
        for row in table.rows
        for cell in row[1:]
        for number in numbers_in(cell.replace(facts.last_wave, ""))
    ]
    assert len(printed) > 300
    assert {n.lstrip("0") for n in printed} <= allowed


def test_p_is_never_printed_as_zero(small):
    ledger, facts = small
    tiny = Ledger(replace(r, p_value=1e-9) if r.p_value > 0 else r for r in ledger)
    cells = [
        cell
        for table in tables(compose(tiny, facts, length="technical"))
        for row in table.rows
        for head, cell in zip(table.header, row, strict=True)
        if head == "p" or head.startswith(("p ", "Wilcoxon"))
    ]
    assert any("< .001" in cell for cell in cells)
    assert not any(".000" in cell for cell in cells)


def test_no_report_says_why_scores_changed(small):
    text = words_of(compose(*small, length="full"))
    for phrase in ("caused", "led to", "thanks to", "impact", "due to", "no effect"):
        assert phrase not in text
    assert re.findall(r"[^.]*effect of[^.]*", text) in (
        [],
        [" There was no comparison group: a change is not an effect of the service"],
    )


def test_everything_hidden_still_makes_a_report():
    o = outcome("hope", reliable_change=6.0)
    ledger, facts = evaluation((o, Result(n_pre=7, n_post=7, n_pairs=6)), regions=("A", "B"))
    hidden = disclose(with_people(ledger, o), "charity")
    document = compose(hidden, facts, length="technical")
    outcomes = next(t for t in tables(document) if t.id == "outcomes")
    assert outcomes.rows[0][3] == "6"
    assert outcomes.rows[0][-1] == "hidden to protect small groups"
    assert "No result can be shown for hope." in document.headline


@pytest.mark.parametrize("code", [*CODES, "not_estimated"])
def test_every_verdict_makes_a_report(code):
    ledger, facts = evaluation((outcome(), Result(code=code)))
    assert compose(ledger, facts, length="technical").sections


def test_hidden_first_step_is_not_said_to_be_a_number():
    ledger, facts = evaluation((outcome(), Result(n_pre=33, n_post=30, n_pairs=30)))
    rows = [r for r in ledger if r.analysis != "flow"]
    hidden = disclose(Ledger([*flow(both=30, only_first=3), *rows]), "charity")
    glance = compose(hidden, facts, length="summary").sections[0].blocks[0].items
    assert glance[0] == "30 people answered at baseline and at 12 weeks."
    assert glance[1].startswith("The number who answered at baseline only is hidden")


def test_own_eyes_only_is_said_on_every_page():
    ledger, facts = evaluation((outcome(), Result()), disclosure="none")
    notice = compose(ledger, facts, length="summary").notice
    assert "must not be passed on" in notice.replace("\n", " ")


def test_unmatched_surveys_have_a_report():
    ledger, facts = evaluation(
        (outcome(), Result(code="not_estimated", reason="unmatched")), matched=False
    )
    document = compose(ledger, facts, length="full")
    limits = document.sections[1].blocks[0].items
    assert any("could not be linked" in text for text in limits)
    # Nothing was tested, and no table or figure of change stands empty.
    assert not any("tested" in text for text in limits)
    assert not {"by-region", "individuals", "certainty"} & {s.id for s in document.sections}
    assert not document.pictures() or {p.name for p in document.pictures()} == {"flow"}
    (table,) = [t for t in tables(document) if t.id == "outcomes"]
    assert table.rows[0][2:6] == ("30.3 (5.3)", "40", "30.3 (5.3)", "32")


def methods(ledger, facts):
    """Paragraphs and bullets on how change was analysed."""
    section = next(s for s in compose(ledger, facts, length="full").sections if s.id == "methods")
    blocks = next(s for s in section.sections if s.id == "analysis").blocks
    return [b.text if hasattr(b, "text") else b.items for b in blocks]


def two(**changed):
    """Two outcomes, hope and mood."""
    return evaluation(
        (outcome("hope"), Result()), (outcome("mood", label="Low mood"), Result()), **changed
    )


def noted(ledger, code, *, analysis="mixed", outcome=None):
    """The ledger with a note on the change by one analysis."""
    return Ledger(
        r.with_note(code)
        if r.analysis == analysis and r.statistic == "mean_change" and outcome in (None, r.outcome)
        else r
        for r in ledger
    )


def test_one_model_for_all_is_explained_once():
    told = methods(*two())
    assert told[1] == ("The model, in the notation of R's lme4 and glmmTMB, and why it was chosen:")
    assert told[2] == MODEL
    assert len([t for t in told if not isinstance(t, str)]) == 1


def test_every_other_model_is_explained_with_its_outcomes():
    told = methods(*two(models={"hope": MODEL, "mood": ("another model.",)}))
    assert told[1].startswith("The model for hope, in")
    assert told[3].startswith("The model for low mood, in")
    assert told[4] == ("another model.",)


def test_a_singular_fit_is_said_to_be_one_and_what_it_means():
    ledger, facts = two()
    (text,) = [
        t for t in methods(noted(ledger, "singular", outcome="mood"), facts) if "singular" in t
    ]
    assert text.startswith("For low mood the fit is what statisticians call singular: a spread")
    assert text.endswith("because these data do not rule such a spread out.")


def test_without_a_model_the_pairs_decide_and_the_report_says_so():
    ledger, facts = two(models={"hope": MODEL})
    gone = noted(ledger, "not_estimated:no_convergence", outcome="mood")
    assert (
        "No model could be fitted to low mood, because the model did not settle on an answer; "
        "there the paired analysis is the main one."
    ) in methods(gone, facts)
    (table,) = [t for t in tables(compose(gone, facts, length="full")) if t.id == "outcomes"]
    assert [row[5] for row in table.rows] == ["42", "30"]
    told = "No model could be fitted to low mood: there the change and its n are those of people"
    assert told in table.note
    document = compose(gone, facts, length="full")
    assert told in next(t for t in tables(document) if t.id == "verdict-list").note
    (certainty,) = [s for s in document.sections if s.id == "certainty"]
    assert "Verdicts rest on the first, and for low mood on the second." in (
        certainty.blocks[0].text
    )


def test_without_any_model_no_verdict_is_said_to_rest_on_one():
    (certainty,) = [
        s for s in compose(*two(models={}), length="full").sections if s.id == "certainty"
    ]
    assert "No mixed model could be fitted, so verdicts rest on the paired analysis." in (
        certainty.blocks[0].text
    )


@pytest.mark.parametrize(
    ("code", "statistic", "table_id", "words"),
    [
        ("drawn_together", "mean_change", "regions", "each region's own is drawn towards it"),
        (
            "ignores_clusters",
            "region_difference",
            "region-differences",
            "does not allow for people of one peer group",
        ),
    ],
)
def test_tables_of_regions_say_what_their_model_does(small, code, statistic, table_id, words):
    ledger, facts = small
    told = Ledger(
        r.with_note(code) if (r.analysis, r.statistic) == ("mixed", statistic) else r
        for r in ledger
    )
    for rows, there in ((ledger, False), (told, True)):
        (table,) = [t for t in tables(compose(rows, facts, length="full")) if t.id == table_id]
        assert (words in table.note) is there


def test_only_two_regions_have_a_difference_to_print(small):
    ledger, facts = small
    for regions, columns in ((("North", "South"), 5), (("North", "South", "West"), 4)):
        document = compose(ledger, replace(facts, regions=regions), length="full")
        (table,) = [t for t in tables(document) if t.id == "region-differences"]
        assert len(table.header) == columns
        assert ("minus that in" in table.note) is (columns == 5)


def test_a_test_of_regions_without_its_df_is_an_f_alone(small):
    ledger, facts = small
    nan = float("nan")
    bare = Ledger(
        replace(r, df=nan, n=None) if r.statistic == "region_difference" else r for r in ledger
    )
    for rows, test in ((ledger, "F(1, 37.2) = 0.12"), (bare, "F = 0.12")):
        (table,) = [
            t for t in tables(compose(rows, facts, length="full")) if t.id == "region-differences"
        ]
        assert table.rows[0][2] == test


@pytest.mark.parametrize(
    ("note", "words"),
    [
        ("origin:plan", "the plan"),
        ("origin:questionnaire", "the questionnaire's, meant for individuals"),
        (
            "origin:questionnaire;capped",
            "the questionnaire's, meant for individuals; lowered to half an SD before",
        ),
        ("suppressed", "–"),
    ],
)
def test_the_table_of_equivalence_says_where_the_smallest_change_is_from(note, words):
    ledger, facts = two()
    told = Ledger(replace(r, note=note) if r.statistic == "smallest_change" else r for r in ledger)
    (table,) = [t for t in tables(compose(told, facts, length="full")) if t.id == "equivalence"]
    assert table.rows[0][2] == words


def test_intervals_that_ignore_groups_are_a_limit():
    ledger, facts = two()
    group = count("study", "peer_groups", 3, unit="groups")

    def limit(rows):
        made = compose(Ledger([group, *rows]), facts, length="summary")
        return [t for t in made.sections[1].blocks[0].items if "peer groups" in t]

    assert limit(ledger) == []
    (all_,) = limit(noted(ledger, "ignores_clusters"))
    assert all_ == (
        "People came in 3 peer groups, and people of one group may change together. The "
        "intervals here do not allow for that and may be too narrow."
    )
    (one,) = limit(noted(ledger, "ignores_clusters", outcome="mood"))
    assert "The intervals for low mood do not allow" in one


def test_the_paired_analysis_carries_its_warning():
    ledger, facts = two()
    paired = noted(ledger, "ignores_clusters", analysis="paired")
    for rows, warned in ((ledger, False), (paired, True)):
        document = compose(rows, facts, length="full")
        (table,) = [t for t in tables(document) if t.id == "certainty-table"]
        assert ("do not allow for people of one peer group" in table.note) is warned
        assert any("None of these allows" in t for t in methods(rows, facts)) is warned

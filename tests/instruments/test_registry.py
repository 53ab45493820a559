"""Finding questionnaires, and the facts that reports quote."""

import subprocess
import sys

import pytest

from peereval import instruments
from peereval.errors import InstrumentError


def test_ids_are_alphabetical():
    ids = instruments.instrument_ids()
    assert list(ids) == sorted(ids)


def test_one_instrument_is_read_once():
    assert instruments.get("phq9") is instruments.get("phq9")
    assert next(i for i in instruments.list_instruments() if i.id == "phq9") is instruments.get(
        "phq9"
    )


@pytest.mark.parametrize(
    ("name", "hint"), [("phq", "phq"), ("PHQ9", "phq9"), ("gad-7", "gad7"), ("../phq9", "phq9")]
)
def test_unknown_id_names_the_nearest(name, hint):
    with pytest.raises(InstrumentError, match=f"no questionnaire '{name}'.*did you mean '{hint}"):
        instruments.get(name)


def test_import_is_quick_and_get_reads_one_file_only():
    code = (
        "import sys; import peereval.instruments as i; i.get('phq9');"
        "slow = {'numpy', 'pandas', 'pydantic'} & set(sys.modules);"
        "from peereval.instruments import registry;"
        "print(sorted(slow), registry._load.cache_info().currsize)"
    )
    shown = subprocess.run(  # noqa: S603 - our own interpreter and code
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert shown.stdout.split() == ["[]", "1"]


def test_questionnaires_without_a_key_say_why():
    noted = [i for i in instruments.list_instruments() if i.kind == "note_only"]
    for one in noted:
        with pytest.raises(InstrumentError, match="listed without a scoring key") as refusal:
            one.score([[1] * one.n_items])
        assert one.notes[0] in str(refusal.value)
        assert "Licence: " in str(refusal.value)
        with pytest.raises(InstrumentError):
            one.item_range(1)
        assert one.subscales == ()
        assert not one.has_total


def test_facts_of_the_core10():
    core10 = instruments.get("core10")
    assert core10.title == "Clinical Outcomes in Routine Evaluation 10 (CORE-10)"
    assert (core10.reliable_change, core10.reliable_change_confidence) == (6, 0.9)
    assert (core10.caseness, core10.caseness_rule) == (11, ">=")
    assert dict(core10.change.others) == {"caseness_depression": 13}
    assert core10.mcid is None
    assert core10.grade == "A"
    assert core10.direction() == "worse"
    assert core10.score_range() == (0, 40)
    assert core10.item_range(10) == (0, 4)
    assert {n.kind for n in core10.norms} == {"general", "clinical"}


def test_reliable_change_without_a_stated_confidence_is_at_95_percent():
    assert instruments.get("phq9").reliable_change_confidence == 0.95
    assert instruments.get("who5").reliable_change_confidence is None


def test_direction_may_differ_by_subscale():
    ons4 = instruments.get("ons4")
    assert ons4.direction("anxiety") == "worse"
    assert ons4.direction("happiness") == "better"
    assert instruments.get("dass21").direction("stress") == "worse"


def test_unknown_subscale_item_or_total_is_refused():
    ahs = instruments.get("ahs")
    with pytest.raises(
        InstrumentError, match=r"AHS has no subscale 'agncy'.*did you mean 'agency'"
    ):
        ahs.score_range("agncy")
    with pytest.raises(InstrumentError, match=r"PHQ-9 has no subscale 'x'.*no subscales"):
        instruments.get("phq9").direction("x")
    with pytest.raises(InstrumentError, match=r"ONS4 has no total.*'anxiety'"):
        instruments.get("ons4").score_range()
    with pytest.raises(InstrumentError, match="no item 13"):
        ahs.item_range(13)


def test_citations_by_field():
    rses = instruments.get("rses")
    assert len(rses.citations()) == len(rses.sources) == 6
    assert all("bands" in s.fields for s in rses.citations("bands"))
    assert rses.citations("change.caseness") == rses.citations("change")


def test_what_is_verified():
    phq9, mhcs = instruments.get("phq9"), instruments.get("mhcs")
    assert phq9.is_verified("scoring")
    assert not phq9.is_verified("missing")
    assert phq9.is_verified("change.caseness")
    assert not phq9.is_verified("change.mcid")
    # A group of which a part is unverified is not established as a whole.
    assert not phq9.is_verified("change")
    assert not instruments.get("scs_r").is_verified("change.caseness")
    # Nothing in a grade C definition is presented as established.
    assert not mhcs.is_verified("licence")
    assert not instruments.get("cdrisc10").is_verified("items")


def findings(name, **options):
    return [f.what for f in instruments.get(name).key_findings(**options)]


def test_findings_about_keys():
    assert findings("core10") == []
    assert findings("pcl5") == []  # completeness is our default: there is no rule to confirm
    [key] = findings("mhcs")
    assert key == (
        "The scoring key of the Mental Health Confidence Scale could not be confirmed in a "
        "published source (grade C); check it before relying on this outcome."
    )
    [coding] = findings("epds")
    assert "(the printed order of the answers)" in coding
    [missing] = findings("phq9")
    assert missing.startswith("The rule for missing answers of the Patient Health")
    assert findings("ahs") == []
    [variant] = findings("ahs", variant="four_point")
    assert variant.startswith("The variant 'four_point' of the Adult Hope Scale could not be")
    [subscale] = findings("hhi", subscale="interconnectedness")
    assert subscale.startswith("The subscale 'interconnectedness' of the Herth Hope Index")
    assert findings("hhi") == []


def test_findings_are_warnings_filed_under_their_outcome():
    [finding] = instruments.get("mhcs").key_findings(outcome="confidence")
    assert (finding.code, finding.severity) == ("unverified_key", "warn")
    assert finding.outcome == "confidence"
    with pytest.raises(InstrumentError, match="no variant"):
        instruments.get("mhcs").key_findings(variant="x")


def test_every_grade_c_key_is_warned_of():
    for one in instruments.list_instruments():
        warned = any("(grade C)" in f.what for f in one.key_findings())
        assert warned == (one.grade == "C")


def test_an_instrument_is_shown_by_its_name():
    assert (
        repr(instruments.get("phq9")) == "<Instrument phq9: Patient Health Questionnaire-9 (PHQ-9)>"
    )

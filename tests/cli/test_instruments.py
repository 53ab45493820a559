"""The instruments command: the list, one questionnaire, and a misspelt one."""

from peereval import instruments


def test_the_list_has_every_questionnaire(cli):
    answer = cli("instruments")
    assert (answer.code, answer.err) == (0, "")
    lines = answer.out.splitlines()
    known = [i.id for i in instruments.list_instruments()]
    assert [line.split()[0] for line in lines[: len(known)]] == known
    scored = sum(i.kind == "scored" for i in instruments.list_instruments())
    assert f"{len(known)} questionnaires, {scored} with a scoring key." in lines


def test_one_questionnaire(cli):
    answer = cli("instruments", "phq9")
    assert answer.code == 0
    assert answer.out.startswith("Patient Health Questionnaire-9 (PHQ-9)\n  id: phq9\n")
    for line in (
        "grade of the key: A",
        "total: 0 to 27",
        "reliable change: 6",
        "mcid: 5 (not conf",
    ):
        assert f"\n  {line}" in answer.out
    assert "\n  source: " in answer.out


def test_one_without_a_key(cli):
    answer = cli("instruments", "nel")
    assert answer.code == 0
    assert "\n  no scoring key here: Six subscales" in answer.out


def test_every_questionnaire_can_be_shown(cli):
    for one in instruments.list_instruments():
        answer = cli("instruments", one.id)
        assert answer.code == 0
        assert answer.out.startswith(one.title)


def test_a_misspelt_one_names_the_nearest(cli):
    answer = cli("instruments", "phq99")
    assert (answer.code, answer.out) == (2, "")
    assert answer.err == (
        "peereval: There is no questionnaire 'phq99'; did you mean 'phq9'? To mend it: "
        "'peereval instruments' lists the known ones; or describe your own items.\n"
    )

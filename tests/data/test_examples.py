import pytest

from peereval.data.examples import SAMPLES, sample
from peereval.data.load import read_study
from peereval.errors import InputFileError


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_every_sample_is_read_without_a_problem(name):
    study = read_study(*sample(name))
    assert study.n_rows_used > 0


def test_beat_the_blues_has_97_people_with_both_waves():
    study = read_study(*sample("beat_the_blues"))
    assert study.findings == ()
    assert study.n_people == 100
    counts = study.rows["wave"].value_counts()
    # Counted in the R package's own table: 100, 97, 73, 58 and 52 scores.
    assert [counts[w] for w in study.plan.waves.order] == [100, 97, 73, 58, 52]
    assert study.answers["bdi"]["bdi"].between(0, 63).all()


def test_an_unknown_sample_is_refused_with_the_nearest():
    with pytest.raises(InputFileError, match="did you mean 'beat_the_blues'"):
        sample("beat_the_blue")

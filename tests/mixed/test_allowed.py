"""A formula's terms are columns and a few functions; everything else is inert."""

import numpy as np
import pandas as pd
import pytest

from peereval.errors import StatisticsError
from peereval.mixed import fit_mixed, fit_repeated
from peereval.mixed.terms.allowed import allowed_terms, columns_in
from peereval.mixed.terms.design import columns_of
from peereval.mixed.terms.formula import FormulaError

ATTACKS = (
    "__import__('os').system('touch {path}')",
    "{{__import__('os').system('touch {path}')}}",
    "I(__import__('os').system('touch {path}'))",
    "C(wave, contr.treatment(__import__('os').system('touch {path}')))",
    "C(wave, **__import__('os').system('touch {path}'))",
    "np.log.__class__.__base__.__subclasses__()",
    "log(open('{path}', 'w').write('x') + wave)",
    "[open('{path}', 'w') for i in '1']",
    "(lambda: open('{path}', 'w'))()",
    'eval(\'open("{path}", "w")\')',
    "getattr(wave, 'to_csv')('{path}')",
    "wave.to_csv('{path}')",
    "np.savetxt('{path}', wave)",
    "C(wave)(open('{path}', 'w'))",
    "log(wave)[open('{path}', 'w')]",
)


@pytest.fixture
def data():
    rng = np.random.default_rng(5)
    return pd.DataFrame(
        {
            "person": np.repeat(np.arange(20), 2),
            "wave": np.tile([0, 1], 20),
            "y": rng.normal(size=40),
        }
    )


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("place", ["{a}", "wave + {a}", "wave:{a}", "wave + (1 + {a} | person)"])
def test_python_in_a_formula_is_refused_and_not_run(data, tmp_path, attack, place):
    path = tmp_path / "pwned"
    term = place.format(a=attack.format(path=path))
    bars = "" if "|" in term else " + (1 | person)"
    with pytest.raises(StatisticsError):
        fit_mixed(f"y ~ {term}{bars}", data)
    assert not path.exists()


@pytest.mark.parametrize("attack", ATTACKS)
def test_nor_in_the_bars_of_a_repeated_fit(data, tmp_path, attack):
    path = tmp_path / "pwned"
    bar = f"({attack.format(path=path)} | person)"
    with pytest.raises(StatisticsError):
        fit_repeated("y ~ wave", data, participant="person", wave="wave", random=bar)
    assert not path.exists()


@pytest.mark.parametrize("name", ["data", "formula", "terms", "np", "exec", "C", "__builtins__"])
def test_a_name_is_a_column_or_nothing(data, name):
    with pytest.raises(StatisticsError):
        columns_of(data, f"0 + {name}")


@pytest.mark.parametrize("side", ["y ~ wave", "wave | person", "y ~ wave | person"])
def test_one_side_only(side):
    with pytest.raises(FormulaError):
        allowed_terms(side)


def in_functions(term):
    """The term, where the version of formulaic takes an odd name inside a function."""
    try:
        columns_in(term)
    except FormulaError:
        return []
    return [term]


def test_code_as_a_column_name_and_as_a_level_is_data(data, tmp_path):
    path = tmp_path / "pwned"
    code = f"eval('open({path}, 1)')"
    plain = data.assign(when=np.where(data["wave"] == 0, "a", "b"))
    named = plain.assign(**{code: np.where(plain["wave"] == 0, code, f"{code}2")})
    expected = fit_mixed("y ~ C(when) + (1 | person)", plain)
    for term in (f"`{code}`", *in_functions(f"C(`{code}`)")):
        found = fit_mixed(f"y ~ {term} + (1 | person)", named)
        np.testing.assert_allclose(
            found.coefficients["estimate"], expected.coefficients["estimate"]
        )
    repeated = fit_repeated(f"y ~ `{code}`", named, participant="person", wave=code)
    assert np.isfinite(repeated.coefficients["estimate"]).all()
    assert found.means(code).shape[0] == 2
    assert not path.exists()


@pytest.mark.parametrize("kind", ["str", "category", object])
def test_a_level_that_formulaic_would_drop_is_refused(data, tmp_path, kind):
    code = f"__import__('os').system('touch {tmp_path / 'pwned'}')"
    data["when"] = pd.Series(np.where(data["wave"] == 0, "a", code)).astype(kind)
    with pytest.raises(StatisticsError, match="begins with two underscores"):
        fit_mixed("y ~ when + (1 | person)", data)
    assert not (tmp_path / "pwned").exists()


def test_the_usual_functions_are_let_through(data):
    data = data.assign(x=np.linspace(1, 2, 40), **{"time of day": data["wave"]})
    formula = (
        "C(wave, contr.treatment('0')) + np.log(x) + log(x + 1):wave + I(x**2) + {x - 1} "
        "+ center(x) + poly(x, 2) + bs(x, df=4) + `time of day` + abs(-x)"
    )
    expected = np.asarray(columns_of(data, "0 + {x - 1}").matrix).ravel()
    assert allowed_terms(formula)
    np.testing.assert_allclose(expected, data["x"] - 1)
    np.testing.assert_allclose(columns_of(data, "0 + np.log(x)").matrix[:, 0], np.log(data["x"]))

"""A change that a model gave: its intervals and tests at any level."""

from __future__ import annotations

from dataclasses import dataclass

from peereval.results.estimate import Estimate

SOURCE = "Kenward & Roger (1997)"
"""Publication of the standard errors and degrees of freedom."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelledChange:
    """A change with its standard error, from which intervals of any level follow.

    Attributes
    ----------
    value, std_error : float
        In scale points.
    df : float
        Degrees of freedom, Kenward-Roger.
    n, n_excluded : int
        People with a score, and people with one who have no part in it.
    method : str
        How it was made, in words fit for a footnote.
    notes : tuple of str
        Codes for the ledger.
    """

    value: float
    std_error: float
    df: float
    n: int
    n_excluded: int
    method: str
    notes: tuple[str, ...] = ()

    def limits(self, ci_level: float) -> tuple[float, float]:
        """Interval of a level, from t."""
        from scipy import stats as st

        reach = float(st.t.ppf(0.5 + ci_level / 2, self.df)) * self.std_error
        return self.value - reach, self.value + reach

    def estimate(self, name: str, *, ci_level: float) -> Estimate:
        """The change with its interval and two-sided t test."""
        from scipy import stats as st

        low, high = self.limits(ci_level)
        t = self.value / self.std_error
        return Estimate(
            name=name,
            value=self.value,
            n=self.n,
            unit="scale points",
            method=self.method,
            source=SOURCE,
            ci_low=low,
            ci_high=high,
            ci_level=ci_level,
            statistic=t,
            df=self.df,
            p_value=float(2 * st.t.sf(abs(t), self.df)),
        )

    def equivalence(self, smallest: float) -> Estimate:
        """Two one-sided t tests against plus and minus `smallest` scale points, as one.

        p is the larger of the two; it is below .05 exactly when the 90% interval, which stands
        beside it, lies inside the bounds (Schuirmann 1987).
        """
        from scipy import stats as st

        low, high = self.limits(0.90)
        t_low = (self.value + smallest) / self.std_error
        t_high = (self.value - smallest) / self.std_error
        p_low, p_high = float(st.t.sf(t_low, self.df)), float(st.t.cdf(t_high, self.df))
        return Estimate(
            name="equivalence",
            value=self.value,
            n=self.n,
            unit="scale points",
            method=f"two one-sided t tests against {-smallest:g} and {smallest:g} points; 90% "
            f"interval; {self.method}",
            ci_low=low,
            ci_high=high,
            ci_level=0.90,
            statistic=t_low if p_low >= p_high else t_high,
            df=self.df,
            p_value=max(p_low, p_high),
            source="Schuirmann (1987)",
        )

    def smallest_bounds(self) -> Estimate:
        """The smallest symmetric bounds within which the data could have shown equivalence."""
        return Estimate(
            name="smallest_bounds",
            value=max(map(abs, self.limits(0.90))),
            n=self.n,
            unit="scale points",
            method=f"larger limit, in size, of the 90% interval of the change; {self.method}",
            source="Schuirmann (1987)",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionTest:
    """Whether regions changed differently.

    Attributes
    ----------
    statistic, df_num, df, p_value : float
        F test with Kenward-Roger's scaling and df.
    difference : ModelledChange or None
        With two regions, the change in the second less that in the first.
    n : int
        People with a score.
    method : str
        How it was made.
    notes : tuple of str
        Codes for the ledger, of the fit that the test was made in.
    """

    statistic: float
    df_num: float
    df: float
    p_value: float
    difference: ModelledChange | None
    n: int
    method: str
    notes: tuple[str, ...] = ()

"""The lowest deviance with one SD or correlation held, by dense matrices and a general minimiser.

Parameters of each covariance are the roots of its SDs and, for every row of the Cholesky factor of the
correlations, the spherical angles: rho = cos(angle) for the first two. So SDs of 0 and correlations
of 1 are stationary points, where a general minimiser can settle.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import minimize

from . import dense


@dataclass
class Part:
    """One covariance: of a bar, or over the waves; `order` puts what is held first."""

    name: str
    terms: list
    matrix: np.ndarray
    kind: str = "us"
    order: list = field(default_factory=list)

    def __post_init__(self):
        self.order = self.order or list(range(len(self.matrix)))

    def parameters(self):
        sds = np.sqrt(np.diag(self.matrix))
        correlation = (self.matrix / np.outer(sds, sds))[np.ix_(self.order, self.order)]
        if self.kind == "us":
            # From just inside, where a correlation is 1.
            lower = np.linalg.cholesky(0.99 * correlation + 0.01 * np.eye(len(sds)))
            left = np.sqrt(np.cumsum(lower[:, ::-1] ** 2, axis=1)[:, ::-1])
            angles = np.arctan2(left[:, 1:], lower[:, :-1])[
                np.tril_indices(len(sds), -1, len(sds) - 1)
            ]
            return np.concatenate([np.sqrt(sds[self.order]), angles])
        rho = self.matrix[0, 1] / (sds[0] * sds[1])
        return np.append(np.sqrt(sds if self.kind == "csh" else sds[:1]), rho / np.sqrt(1 - rho**2))

    def apart(self):
        """Parameters without correlations, and with no SD much smaller than the others."""
        roots = self.parameters()
        if self.kind != "us":
            return roots
        n = len(self.matrix)
        roots[:n] = np.maximum(roots[:n], 0.7 * roots[:n].max())
        roots[n:] = np.pi / 2
        return roots

    def covariance(self, at):
        n = len(self.matrix)
        lag = np.abs(np.subtract.outer(np.arange(n), np.arange(n)))
        if self.kind == "us":
            cosines, sines = np.zeros((n, n)), np.ones((n, n))
            cosines[np.tril_indices(n, -1)] = np.cos(at[n:])
            cosines[np.diag_indices(n)] = 1.0
            sines[:, 1:][np.tril_indices(n, -1, n - 1)] = np.sin(at[n:])
            lower = cosines * np.cumprod(sines, axis=1)
            correlation, sds = lower @ lower.T, at[:n] ** 2
        else:
            rho = at[-1] / np.sqrt(1 + at[-1] ** 2)
            sds = np.broadcast_to(at[:-1] ** 2, n)
            correlation = np.where(lag > 0, rho if self.kind == "csh" else rho**lag, 1.0)
        back = np.argsort(self.order)
        return (np.outer(sds, sds) * correlation)[np.ix_(back, back)]


def parts_of(fit):
    """Every covariance of a fit, the residual or those over the waves last."""
    found = []
    for level, psi in zip(fit._levels, fit._psis, strict=True):
        start = 0
        for size in level.blocks:
            own = slice(start, start + size)
            found.append(Part(level.name, list(level.terms[own]), psi[own, own]))
            start += size
    if not hasattr(fit, "_within"):
        return [*found, Part("Residual", [None], np.array([[fit.residual_sd**2]]))]
    names = [fit._participant]
    if fit._covariance_by is not None:
        names = [f"{fit._participant} ({label})" for label in fit._covariance_by[1]]
    for name, within in zip(names, fit._within, strict=True):
        found.append(Part(name, list(fit._waves), within, fit._structure))
    return found


def covariance_of_rows(fit, matrices):
    """V by the covariances in the order of `parts_of`."""
    matrices = iter(matrices)
    n = fit.n
    v = np.zeros((n, n))
    for level in fit._levels:
        same, start = level.codes[:, None] == level.codes, 0
        for size in level.blocks:
            z = level.design[:, start : start + size]
            v += same * (z @ next(matrices) @ z.T)
            start += size
    if not hasattr(fit, "_within"):
        return v + next(matrices)[0, 0] * np.eye(n)
    within = np.stack(list(matrices))
    group = np.zeros(n, dtype=int) if fit._group is None else fit._group[fit._person]
    same = fit._person[:, None] == fit._person
    return v + same * within[group[:, None], fit._wave[:, None], fit._wave]


def lowest(fit, row=None, value=None):
    """The lowest deviance with the SD or correlation of a row of `profile_intervals` held."""
    parts, held, angle = parts_of(fit), None, False
    if row is not None:
        at = 0
        for part in parts:
            if part.name == row["group"] and row["term"] in part.terms:
                i, n = part.terms.index(row["term"]), len(part.terms)
                first = [i] if row["other"] is None else [i, part.terms.index(row["other"])]
                if part.kind == "us":
                    part.order = [*first, *(k for k in range(n) if k not in first)]
                    held = at if len(first) == 1 else at + n
                    angle = len(first) == 2
                else:
                    size = len(part.parameters())
                    held = at + (size - 1 if len(first) == 2 else i)
                break
            at += len(part.parameters())
        if angle:
            value = np.arccos(value)
        elif row["other"] is not None:
            value = value / np.sqrt(1 - value**2)
        else:
            value = np.sqrt(value)
    sizes = np.cumsum([len(part.parameters()) for part in parts])
    start = np.concatenate([part.parameters() for part in parts])
    free = np.arange(len(start)) != held
    x, y = fit.fixed.basis @ fit.fixed.triangle, dense.outcome(fit)
    scale = np.where(start > 0, np.abs(start), 1.0)

    def deviance(moved):
        whole = start.copy()
        whole[free] = moved * scale[free]
        if held is not None:
            whole[held] = value
        own = np.split(whole, sizes[:-1])
        matrices = [part.covariance(at) for part, at in zip(parts, own, strict=True)]
        try:
            return dense.deviance(x, y, covariance_of_rows(fit, matrices), reml=fit.reml)
        except np.linalg.LinAlgError:
            return 1e6

    # From the estimates, and with nothing correlated and no SD small: there may be two valleys.
    apart = np.concatenate([part.apart() for part in parts])
    return min(
        minimize(deviance, begin[free] / scale[free], method="BFGS", options={"gtol": 1e-5}).fun
        for begin in (start, apart)
    )

"""The same models with every matrix written out: small data only."""

from __future__ import annotations

import numpy as np


def design(level):
    """Z of one grouping factor, shape (n, units * q)."""
    n, q = level.design.shape
    z = np.zeros((n, len(level.labels), q))
    z[np.arange(n), level.codes] = level.design
    return z.reshape(n, -1)


def parts(fit):
    """X, Z, the covariance of all random effects, and that of the residuals."""
    x = fit.fixed.basis @ fit.fixed.triangle
    z = np.column_stack([design(level) for level in fit._levels])
    blocks = [
        np.kron(np.eye(len(lv.labels)), psi) for lv, psi in zip(fit._levels, fit._psis, strict=True)
    ]
    g = np.zeros((z.shape[1], z.shape[1]))
    at = 0
    for block in blocks:
        g[at : at + len(block), at : at + len(block)] = block
        at += len(block)
    r = fit.residual_sd**2 * np.eye(len(x))
    if hasattr(fit, "_within"):
        same = fit._person[:, None] == fit._person
        group = np.zeros(len(x), dtype=int) if fit._group is None else fit._group[fit._person]
        r = fit._within[group[:, None], fit._wave[:, None], fit._wave] * same
    return x, z, g, r


def place(fit, group):
    """Columns of Z that belong to a grouping factor, shape (units, q)."""
    start = 0
    for level in fit._levels:
        size = len(level.labels) * level.design.shape[1]
        if level.name == group:
            return np.arange(start, start + size).reshape(len(level.labels), -1)
        start += size
    raise KeyError(group)


def outcome(fit):
    """The outcome, from its parts."""
    return fit.fixed.basis @ fit.fixed.triangle @ fit._beta + fit._residual


def deviance(x, y, v, *, reml):
    """Minus twice the (restricted) log-likelihood of a covariance of the rows."""
    root = np.linalg.cholesky(v)
    xs, ys = np.linalg.solve(root, x), np.linalg.solve(root, y)
    left = ys - xs @ np.linalg.lstsq(xs, ys, rcond=None)[0]
    value = 2 * np.log(np.diag(root)).sum() + left @ left
    n = len(y)
    if reml:
        value += np.linalg.slogdet(xs.T @ xs)[1]
        n -= x.shape[1]
    return value + n * np.log(2 * np.pi)

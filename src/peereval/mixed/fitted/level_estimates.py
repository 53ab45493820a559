r"""What the model says of each level of a grouping factor: shrunken changes of regions.

For :math:`l = c'\beta + z'b_u` the prediction error of its best linear unbiased predictor is
(Henderson 1975), with :math:`A_u = \Psi Z_u'V^{-1}X`,
:math:`\Omega_u` the conditional covariance of :math:`b_u` and :math:`\Phi = (X'V^{-1}X)^{-1}`,

.. math:: m(\gamma) = z'\Omega_u z + (c - A_u'z)'\,\Phi\,(c - A_u'z).

:math:`m` is the least of functions that are linear in the elements :math:`\gamma` of V, one for
each unbiased predictor. Kackar & Harville's (1984) addition for the estimated :math:`\gamma` and
Harville & Jeske's (1992) for the bias of :math:`m(\hat\gamma)`, which Kenward & Roger (1997) make
for coefficients, are therefore together :math:`-\sum_{ij} W_{ij}\,\partial^2 m /
\partial\gamma_i\partial\gamma_j`, and Satterthwaite's df :math:`2m^2 / (g'Wg)` with
:math:`g = \partial m/\partial\gamma` as for coefficients. Both are sums over the principal
directions of W, along which m is differentiated numerically.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from peereval.mixed.fitted.effects import eliminate

if TYPE_CHECKING:
    from peereval.mixed.fitted.row_covariance import RowCovariance
    from peereval.mixed.likelihood.small_sample import Inference
    from peereval.typing import FloatArray

# Of one standard error of the elements of V: small enough for the remainder (its square) and
# large enough for rounding in second differences.
_STEP = 1e-3
# The most that a step may move of R in any direction: a waves' covariance that is nearly singular
# and poorly known must stay one.
_MOST = 1e-3


def prediction_error(
    covariance: RowCovariance,
    basis: FloatArray,
    inference: Inference,
    spread: FloatArray,
    place: int,
    fixed: FloatArray,
    random: FloatArray,
) -> tuple[FloatArray, FloatArray]:
    """Standard errors and degrees of freedom of a combination at every level of a factor.

    Parameters
    ----------
    covariance : RowCovariance
        V at the estimates.
    basis : ndarray, shape (n, p)
        Columns of the fixed part.
    inference : Inference
        Of their coefficients.
    spread : ndarray, shape (elements, elements)
        W, covariance of the estimated elements of V; empty where they are taken as known.
    place : int
        Which level of `covariance`.
    fixed, random : ndarray, shapes (p,) and (q,)
        c and z.

    Returns
    -------
    std_error, df : ndarray, shape (units,)

    References
    ----------
    Henderson (1975). Best linear unbiased estimation and prediction under a selection model.
    Biometrics 31, 423-447. Kackar & Harville (1984). Approximations for standard errors of
    estimators of fixed and random effects in mixed linear models. JASA 79, 853-862. Harville &
    Jeske (1992). Mean squared error of estimation or prediction under a general linear model.
    JASA 87, 724-731.
    """
    # The fixed part alone is carried along: its own adjustment is that of the fit.
    both = np.stack([random, np.zeros_like(random)])

    def error(at: RowCovariance) -> FloatArray:
        return _error(at, basis, place, fixed, both)

    middle = error(covariance)
    slope, curve = np.zeros_like(middle[0]), np.zeros_like(middle)
    for direction in _principal(spread):
        step = _MOST / max(covariance.residual_share(direction), _MOST / _STEP)
        up = error(covariance.moved(step * direction))
        down = error(covariance.moved(-step * direction))
        slope += ((up[0] - down[0]) / (2.0 * step)) ** 2
        curve += (up - 2.0 * middle + down) / step**2
    with np.errstate(divide="ignore"):
        df = 2.0 * middle[0] ** 2 / slope
    if np.any(fixed):
        df = np.maximum(df, inference.contrasts(fixed[None])[1])
    variance = middle[0]
    if inference.method.startswith("kenward-roger"):
        own = float(fixed @ (inference.covariance - inference.plain) @ fixed)
        variance = variance - (curve[0] - curve[1]) + own
    return np.sqrt(np.maximum(variance, 0.0)), df


def _error(
    covariance: RowCovariance, basis: FloatArray, place: int, c: FloatArray, both: FloatArray
) -> FloatArray:
    """The prediction error m for each row z of `both`, by level: shape (2, units)."""
    eliminated = eliminate(covariance, basis)
    effect, phi = eliminated.effects[place], np.linalg.inv(eliminated.products)
    left = c - np.einsum("zq,uqp->zup", both, effect.modes)
    given: FloatArray = np.einsum("za,uab,zb->zu", both, effect.covariance, both)
    rest: FloatArray = np.einsum("zup,pr,zur->zu", left, phi, left)
    return given + rest


def _principal(spread: FloatArray) -> FloatArray:
    """Directions d with spread = sum of dd', shape (directions, elements)."""
    if not spread.size:
        return spread
    values, vectors = np.linalg.eigh(spread)
    kept = values > 1e-12 * values[-1]
    directions: FloatArray = (vectors[:, kept] * np.sqrt(values[kept])).T
    return directions

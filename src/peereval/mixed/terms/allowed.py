"""Which terms a formula may hold: names, numbers and a few functions, never other Python."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from peereval.mixed.terms.formula import FormulaError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from formulaic import SimpleFormula

_OF_NUMPY = ("exp", "log", "log10", "log1p", "log2", "sqrt")
ALLOWED = frozenset(
    {
        *("C", "I", "abs", "bs", "center", "cr", "exp", "exp2", "exp10", "log", "log2", "log10"),
        *("poly", "scale", "standardize", "Treatment", "Sum", "Helmert", "Diff", "Poly"),
        *(f"contr.{name}" for name in ("treatment", "sum", "helmert", "diff", "poly", "SAS")),
        *(f"np.{name}" for name in _OF_NUMPY),
    }
)
"""Functions that a term may call."""

_ARITHMETIC = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow, ast.UAdd, ast.USub)
_HARMLESS = (
    *(ast.Name, ast.Constant, ast.Load, ast.keyword, ast.List, ast.Tuple),
    *(ast.BinOp, ast.UnaryOp, *_ARITHMETIC),
)


def allowed_terms(text: str) -> SimpleFormula:
    """Read a right-hand side, and refuse what is more than terms.

    formulaic evaluates a term as Python, so every call must be one of `ALLOWED`, and nothing
    but names, numbers, texts and arithmetic may stand beside it. The text is not evaluated here.

    Parameters
    ----------
    text : str
        For example ``"C(wave) * region + log(age)"``.

    Returns
    -------
    formulaic.SimpleFormula

    Raises
    ------
    FormulaError
        If formulaic cannot read it, or a term holds anything else.

    Examples
    --------
    >>> [str(term) for term in allowed_terms("C(wave) * `time of day`")]
    ['1', 'C(wave)', 'time of day', 'C(wave):time of day']
    """
    from formulaic import Formula, SimpleFormula
    from formulaic.errors import FormulaicError

    try:
        formula = Formula(text)
    except (FormulaicError, SyntaxError, TypeError, ValueError) as err:
        raise FormulaError(f"The terms '{text}' cannot be built: {err}") from err
    if not isinstance(formula, SimpleFormula):
        raise FormulaError(f"'{text}' has more than one side.", expected="terms joined by +")
    factors = (factor for term in formula for factor in term.factors)
    python = [factor.expr for factor in factors if factor.eval_method.value == "python"]
    for expression in python:
        if wrong := next(_not_allowed(expression), None):
            raise FormulaError(
                f"The terms '{text}' hold '{wrong}', which is not evaluated.",
                expected=f"columns, numbers and arithmetic, or one of {', '.join(sorted(ALLOWED))}",
                fix="work the column out beforehand and name it in the formula.",
            )
    return formula


def columns_in(text: str) -> set[str]:
    """Names that the terms of a right-hand side look up.

    Raises
    ------
    FormulaError
        As `allowed_terms`; with old versions of formulaic also for an odd name inside a function.

    Examples
    --------
    >>> sorted(columns_in("C(wave) * age"))
    ['age', 'wave']
    """
    formula = allowed_terms(text)
    try:
        return {str(name) for name in formula.required_variables}
    except SyntaxError as err:
        raise FormulaError(f"The terms '{text}' cannot be built: {err.msg}.") from err


def _not_allowed(expression: str) -> Iterator[str]:
    """Parts of a Python expression that a term may not hold."""
    # A name in backquotes is looked up among the columns and never evaluated.
    plain = re.sub(r"`[^`]*`", "column", expression)
    try:
        tree = ast.parse(plain, mode="eval").body
    except (SyntaxError, ValueError, RecursionError):
        yield expression
        return
    functions: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if ast.unparse(node.func) not in ALLOWED:
                yield ast.unparse(node)
            functions.update(ast.walk(node.func))
        elif node not in functions and not isinstance(node, _HARMLESS):
            yield ast.unparse(node) if isinstance(node, ast.expr) else expression

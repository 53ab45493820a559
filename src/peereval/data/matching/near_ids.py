"""IDs that differ by so little that they may be one person's: proposed, never joined."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING

from rapidfuzz.distance import OSA

from peereval.data.matching.doubtful_ids import folded
from peereval.data.matching.lone import unique_pairs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from peereval.data.matching.lone import Lone

SHORTEST = 4
"""Letters and figures an ID needs before one of them may differ: P7 and P8 are two people."""
_SEPARATORS = re.compile(r"[\s\-_/\\.,:;'’()‐-―−]+")
_ZEROS = re.compile(r"(?<![0-9])0+(?=[0-9])")
_LOOK_ALIKE = str.maketrans("oilszbg", "0115286")
"""Letters that are taken for figures in handwriting and in many fonts."""


def plain(text: str) -> str:
    """An ID in one way of writing it: no case, spaces, dashes or leading zeros, NFKC.

    Examples
    --------
    >>> [plain(text) for text in ("P-007", "p7", "\uff30\uff10\uff17", "A/01 b", "A1B")]
    ['p7', 'p7', 'p7', 'a1b', 'a1b']
    """
    text = unicodedata.normalize("NFKC", text).casefold()
    return _ZEROS.sub("", _SEPARATORS.sub("", _ZEROS.sub("", text)))


def near_pairs(lone: Lone, others: Sequence[str]) -> tuple[list[tuple[int, int, str]], set[int]]:
    """Pairs of people who may be one, each with the reason in words.

    Three ways of being near, one after the other: the same when written plainly; the same when
    letters that look like figures are taken for them; one letter or figure changed, added or
    left out, or two neighbours swapped (optimal string alignment distance 1). A pair counts
    when its surveys are of different times, region and group do not contradict, and neither
    comes near to any other ID of the file: where IDs are numbered through, nearness says nothing.

    Parameters
    ----------
    lone : Lone
        People with one survey only.
    others : sequence of str
        IDs of everybody else.

    Returns
    -------
    list of (int, int, str)
        Numbers of the two, and how they differ.
    set of int
        Numbers of those who are written plainly, or look, the same as several others.
    """
    keys = [plain(name) for name in (*lone.name, *others)]
    n = len(lone.name)
    left = [i for i, key in enumerate(keys) if key]
    proposed: list[tuple[int, int, str]] = []
    ambiguous: set[int] = set()
    for variants, near in _WAYS:
        pairs, several = unique_pairs(
            _blocks(keys, left, n, variants), lambda i, j, near=near: near(keys[i], keys[j])
        )
        for i, j in pairs:
            if j < n and lone.may_be_one(i, j):
                proposed.append((i, j, reason(lone.name[i], lone.name[j])))
        if variants is not _shortened:
            ambiguous |= {i for i in several if i < n}
        settled = several.union(*pairs)
        left = [i for i in left if i not in settled]
    return proposed, ambiguous


def _blocks(
    keys: Sequence[str], left: Sequence[int], n: int, variants: Callable[[str], Iterator[str]]
) -> Iterable[list[int]]:
    """IDs with a variant in common; only variants of the first n, the lone ones, matter."""
    blocks: dict[str, list[int]] = defaultdict(list)
    for i in left:
        for variant in variants(keys[i]):
            if i < n or variant in blocks:
                blocks[variant].append(i)
    return blocks.values()


def _itself(key: str) -> Iterator[str]:
    """The one block of IDs that are written plainly the same."""
    yield key


def _looks(key: str) -> Iterator[str]:
    """The one block of IDs that look the same."""
    if len(key) > 1:
        yield key.translate(_LOOK_ALIKE)


def _shortened(key: str) -> Iterator[str]:
    """The blocks of an ID: itself, and itself without one letter.

    Two texts one change or swap apart always share one of them.
    """
    if len(key) >= SHORTEST:
        yield key
        yield from {key[:i] + key[i + 1 :] for i in range(len(key))}


def reason(first: str, second: str) -> str:
    """How two near IDs differ, in words.

    Examples
    --------
    >>> reason("P-B7", "P-87"), reason("007", "7")
    ('differ by one letter that looks alike: b / 8', 'leading zeros lost')
    >>> reason("MARY12", "MRAY12")
    'two letters swapped: ar / ra'
    >>> reason("P12", "p-12"), reason("MARY12", "MARY1"), reason("p 1", "P1")
    ('case, spaces or dashes', 'one letter more: 2', 'case or spaces')
    """
    if folded(first) == folded(second):
        return "case or spaces"
    wide = [unicodedata.normalize("NFKC", text).casefold() for text in (first, second)]
    if folded(wide[0]) == folded(wide[1]):
        return "letters or figures of another width"
    bare = [_SEPARATORS.sub("", text) for text in wide]
    if bare[0] == bare[1]:
        return "case, spaces or dashes"
    a, b = plain(first), plain(second)
    if a == b:
        return "leading zeros lost"
    return _changed(a, b)


def _changed(a: str, b: str) -> str:
    """How two plain IDs differ that are not the same."""
    if len(a) != len(b):
        short, long = sorted((a, b), key=len)
        at = next((i for i, (x, y) in enumerate(zip(short, long, strict=False)) if x != y), -1)
        return f"one letter more: {long[at]}"
    apart = [i for i, (x, y) in enumerate(zip(a, b, strict=True)) if x != y]
    if a.translate(_LOOK_ALIKE) == b.translate(_LOOK_ALIKE):
        letters = ", ".join(f"{a[i]} / {b[i]}" for i in apart)
        one = "one letter that looks" if len(apart) == 1 else "letters that look"
        return f"differ by {one} alike: {letters}"
    if len(apart) == 2 and _swapped(a, b, apart):
        i = apart[0]
        return f"two letters swapped: {a[i : i + 2]} / {b[i : i + 2]}"
    return f"differ by one letter: {a[apart[0]]} / {b[apart[0]]}"


def _swapped(a: str, b: str, apart: Sequence[int]) -> bool:
    """Whether two neighbours changed places."""
    return all(j - i == 1 and a[i] == b[j] and a[j] == b[i] for i, j in pairwise(apart))


_WAYS: tuple[tuple[Callable[[str], Iterator[str]], Callable[[str, str], bool]], ...] = (
    (_itself, str.__eq__),
    (_looks, lambda a, b: a.translate(_LOOK_ALIKE) == b.translate(_LOOK_ALIKE)),
    (_shortened, lambda a, b: OSA.distance(a, b, score_cutoff=1) <= 1),
)
"""How IDs are put into blocks, and when two of a block are near."""

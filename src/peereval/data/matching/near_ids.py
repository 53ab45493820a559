"""IDs that differ by so little that they may be one person's: proposed, never joined."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TypeAlias

from rapidfuzz.distance import OSA

from peereval.data.matching.doubtful_ids import folded
from peereval.data.matching.lone import unique_pairs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from peereval.data.matching.lone import Lone

SHORTEST = 4
"""Letters and figures an ID needs before one of them may differ: P7 and P8 are two people."""
_SEPARATORS = re.compile(r"[\s\-_/\\.,:;'()\u2010-\u2015\u2019\u2212]+")
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
    return _ZEROS.sub("", _SEPARATORS.sub("", _ZEROS.sub("", _narrow(text))))


def looks(text: str) -> str:
    """The same, with figures for the letters that are taken for them.

    Examples
    --------
    >>> looks("AO12"), looks("A012"), looks("B7")
    ('a12', 'a12', '87')
    """
    return _ZEROS.sub("", _SEPARATORS.sub("", _narrow(text)).translate(_LOOK_ALIKE))


def _narrow(text: str) -> str:
    """An ID without case, its letters and figures of one width."""
    return unicodedata.normalize("NFKC", text).casefold()


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
    if len(set(lone.when)) < 2:
        return [], set()
    names = (*lone.name, *others)
    n = len(lone.name)
    plainly = {i: key for i, name in enumerate(names) if (key := plain(name))}
    left = list(plainly)
    proposed: list[tuple[int, int, str]] = []
    ambiguous: set[int] = set()
    for written, variants, near in _WAYS:
        keys = {i: plainly[i] if written is plain else written(names[i]) for i in left}
        pairs, several = unique_pairs(_blocks(keys, n, variants), _fits(keys, near), n)
        proposed += [(i, j, reason(names[i], names[j])) for i, j in pairs if lone.may_be_one(i, j)]
        if variants is not _shortened:
            ambiguous |= several
        settled = several.union(*pairs)
        left = [i for i in left if i not in settled]
    return proposed, ambiguous


def _fits(keys: Mapping[int, str], near: Callable[[str, str], bool]) -> Callable[[int, int], bool]:
    """Whether two are near, by their numbers."""
    return lambda i, j: near(keys[i], keys[j])


def _blocks(
    keys: Mapping[int, str], n: int, variants: Callable[[str], Iterator[str]]
) -> Iterable[list[int]]:
    """IDs with a variant in common; only variants of the first n, the lone ones, matter."""
    blocks: dict[str, list[int]] = defaultdict(list)
    for i, key in keys.items():
        for variant in variants(key):
            if i < n or variant in blocks:
                blocks[variant].append(i)
    return blocks.values()


def _itself(key: str) -> Iterator[str]:
    """The one block of IDs that are written the same."""
    yield key


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
    narrow = [_narrow(text) for text in (first, second)]
    if folded(narrow[0]) == folded(narrow[1]):
        return "letters or figures of another width"
    bare = [_SEPARATORS.sub("", text) for text in narrow]
    if bare[0] == bare[1]:
        return "case, spaces or dashes"
    if plain(first) == plain(second):
        return "leading zeros lost"
    if looks(first) == looks(second):
        return _alike(*bare)
    return _changed(plain(first), plain(second))


def _alike(a: str, b: str) -> str:
    """Which letters of two IDs look alike."""
    if len(a) != len(b):
        return "letters that look alike, and zeros lost"
    letters = [f"{x} / {y}" for x, y in zip(a, b, strict=True) if x != y]
    one = "one letter that looks" if len(letters) == 1 else "letters that look"
    return f"differ by {one} alike: {', '.join(letters)}"


def _changed(a: str, b: str) -> str:
    """The one change that makes one plain ID of another."""
    if len(a) != len(b):
        short, long = sorted((a, b), key=len)
        at = next((i for i, (x, y) in enumerate(zip(short, long, strict=False)) if x != y), -1)
        return f"one letter more: {long[at]}"
    apart = [i for i, (x, y) in enumerate(zip(a, b, strict=True)) if x != y]
    if len(apart) == 2:
        i = apart[0]
        return f"two letters swapped: {a[i : i + 2]} / {b[i : i + 2]}"
    return f"differ by one letter: {a[apart[0]]} / {b[apart[0]]}"


_Way: TypeAlias = tuple[
    Callable[[str], str], Callable[[str], Iterator[str]], Callable[[str, str], bool]
]
_WAYS: tuple[_Way, ...] = (
    (plain, _itself, str.__eq__),
    (looks, _itself, str.__eq__),
    (plain, _shortened, lambda a, b: OSA.distance(a, b, score_cutoff=1) <= 1),
)
"""How IDs are written for a comparison, put into blocks, and when two of a block are near."""

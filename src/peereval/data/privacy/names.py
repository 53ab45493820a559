"""Names of people."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

_TITLE = re.compile(
    r"(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Rev|Sir|Dame)\.?\s+[A-Z][\w'-]+(?:\s+[A-Z][\w'-]+)*"
)
# Forenames that most people in Britain have, by decade of birth (Office for National Statistics,
# baby names; General Register Office, 1950 to 2010), without those that are words of questionnaires.
_FORENAMES = frozenset(
    """
    aaron abdul abigail adam adrian ahmed aisha alan alexander alice alison amanda amelia amy andrea
    andrew angela ann anna anne anthony ashley barbara barry ben benjamin bethany beverley brenda
    brian bridget callum carl carol caroline catherine charles charlotte cheryl chloe christine
    christopher claire clare colin craig daniel danielle darren david dawn dean deborah debra denise
    derek diana diane donna dorothy douglas eileen elaine eleanor elizabeth ellie emily emma eric
    fatima fiona frances francis gail gareth gary gemma geoffrey george georgia gillian glenn graham
    hannah harry hassan heather helen hilary holly ian ibrahim irene isabella jack jacqueline jade
    james jamie jane janet janice jason jean jennifer jessica jill joan joanna joanne john jonathan
    jordan joseph joshua joyce judith julia julie karen kate katherine kathleen katie keith kelly
    kenneth kevin kimberley kirsty laura lauren lee leigh leon leslie lewis linda lindsay lisa lorna
    louise lucy luke lynn maria marie marion mark martin mary matthew maureen megan melanie michael
    michelle mohammed muhammad nadia natalie neil nicola nigel oliver olivia pamela patricia patrick
    paul pauline peter philip philippa priya rachel raymond rebecca richard robert roger ronald
    rosemary roy russell ruth ryan sally samantha samuel sandra sara sarah sharon sheila shirley simon
    sophie stacey stephanie stephen steven stewart stuart susan suzanne tanya teresa terence thomas
    timothy tina tony tracey trevor valerie vanessa veronica victoria vincent wayne wendy william yusuf
    yvonne zoe
    """.split()  # noqa: SIM905 - a list of 300 quoted names reads no better
)


def are_names(texts: Collection[str]) -> bool:
    """Whether different texts of a column are names of people: most begin with a forename or title.

    Examples
    --------
    >>> are_names(["Susan Hill", "Ahmed Khan", "Mr Lee", "Zebedee Orr", "Karen", "Ian Moss"])
    True
    >>> are_names(["North West", "South", "London", "York", "Kent"])
    False
    """
    named = sum(1 for text in texts if _is_name(text))
    return named >= 5 and named > len(texts) / 3


def _is_name(text: str) -> bool:
    """Whether a text begins with a forename and holds little else, or with a title."""
    words = re.findall(r"[^\W\d_]+", text)
    if not 1 <= len(words) <= 4 or any(sign.isdigit() for sign in text):
        return False
    return bool(_TITLE.fullmatch(text)) or any(word.lower() in _FORENAMES for word in words)

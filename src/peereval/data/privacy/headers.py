"""What the name of a column says of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from peereval.data.privacy.kinds import Kind

_MOST_WORDS = 6
"""A longer header is a question, in which any word may come up."""

_OF_WHOM = (
    "your |full |first |last |second |middle |given |family |known |preferred |maiden |"
    "participants? |clients? |patients? |respondents? |recipient |contact |carers? |workers? |"
    "members? |next of kin "
)
_RULES: dict[Kind, tuple[str, ...]] = {
    "nhs_number": ("nhs( no| num(ber)?| id)?",),
    "ni_number": ("(ni|nino|national insurance)( no| num(ber)?)?",),
    "email": ("(.* )?e ?mails?( address(es)?)?( .*)?",),
    "device": (
        "(ip|mac) ?(address)?",
        "(location )?(latitude|longitude)",
        "gps|device( id)?|user ?agent",
    ),
    "address": (
        "(.* )?address( line)?( [0-9]+)?",
        "street|house( name| no| number)?|road|town|city",
    ),
    "postcode": ("(.* )?(post ?code|zip ?code|zip)s?( .*)?",),
    "phone": (
        "(.* )?(tele)?phones?( no| num(ber)?s?)?",
        "(.* )?(mobile|tel|landline|whats ?app|contact)( no| num(ber)?)?",
    ),
    "birth_date": (
        "dob|d o b",
        "(.* )?(date|day|month|year) of birth",
        "birth ?(date|day|year)|born( on)?",
    ),
    "name": (
        f"({_OF_WHOM})*(name|forename|surname|firstname|lastname|fullname|initials|nickname)s?( [0-9])?",
        "recipient (first|last) name|signature|signed( by)?|next of kin|emergency contact",
    ),
    "free_text": (
        "(.* )?(comments?|feedback|notes?|remarks|free ?text|further details|details)",
        "(.* )?please (specify|describe|explain|state|tell us).*",
        "other( please)? (specify|text)|.* text|anything else.*",
        "in your own words.*|your story|story|quotes?",
    ),
}
_COMPILED = tuple((kind, re.compile(rule)) for kind, rules in _RULES.items() for rule in rules)
_OWN_WORDS = re.compile(
    r"comments?|feedback|please (specify|describe|explain|tell us)|anything else|in your own words"
)


def words_of(header: str) -> str:
    """Words of a header in lower case, whatever stands between them.

    Examples
    --------
    >>> words_of("RecipientFirstName"), words_of("Post_code:"), words_of("D.O.B.")
    ('recipient first name', 'post code', 'd o b')
    """
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", header)
    return " ".join(re.findall(r"[^\W_]+", apart.lower()))


def kind_by_header(header: str) -> Kind | None:
    """What a column holds to judge by its name; None when the name says nothing.

    Examples
    --------
    >>> kind_by_header("Forename"), kind_by_header("DOB"), kind_by_header("Post code")
    ('name', 'birth_date', 'postcode')
    >>> kind_by_header("E-mail address (work)"), kind_by_header("Any other comments?")
    ('email', 'free_text')
    >>> kind_by_header("group name"), kind_by_header("phq9_1_pre"), kind_by_header("region")
    (None, None, None)
    >>> kind_by_header("How often did you phone a friend in the last two weeks?")
    """
    words = words_of(header)
    if len(words.split()) > _MOST_WORDS:
        return "free_text" if _OWN_WORDS.search(words) else None
    return next((kind for kind, rule in _COMPILED if rule.fullmatch(words)), None)

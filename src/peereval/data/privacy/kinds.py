"""What a column may say of a person, in words for messages."""

from __future__ import annotations

from typing import Literal, TypeAlias

Kind: TypeAlias = Literal[
    "name",
    "email",
    "phone",
    "postcode",
    "address",
    "nhs_number",
    "ni_number",
    "birth_date",
    "date",
    "device",
    "other_id",
    "free_text",
]

WORDS: dict[Kind, str] = {
    "name": "names",
    "email": "e-mail addresses",
    "phone": "phone numbers",
    "postcode": "postcodes",
    "address": "addresses",
    "nhs_number": "NHS numbers",
    "ni_number": "National Insurance numbers",
    "birth_date": "dates of birth",
    "date": "dates",
    "device": "places or devices",
    "other_id": "other IDs",
    "free_text": "free text",
}
"""Each kind in the plural."""

"""What says who somebody is, and what only looks as if it did."""

import random

import pytest

from peereval.data.privacy.column_kind import column_kind
from peereval.data.privacy.headers import kind_by_header
from peereval.data.privacy.nhs_numbers import is_nhs_number
from peereval.data.privacy.ni_numbers import is_ni_number
from peereval.data.privacy.phones import is_phone
from peereval.data.privacy.postcodes import is_postcode

HEADERS = {
    "name": ["Name", "Forename", "Surname", "First name", "FirstName", "last_name", "Your full name",
             "RecipientFirstName", "Client name", "Initials", "Next of kin"],
    "birth_date": ["DOB", "D.O.B.", "Date of birth", "date_of_birth", "BirthDate", "Year of Birth"],
    "postcode": ["Post code", "Postcode", "POST_CODE", "Home postcode", "Postcode (first half)", "zip"],
    "email": ["Email", "E-mail", "e-mail address", "RecipientEmail", "Work email"],
    "phone": ["Phone", "Telephone number", "Mobile", "Mobile no", "Contact number", "tel", "Home phone"],
    "address": ["Address", "Address line 1", "Street", "Home address"],
    "nhs_number": ["NHS number", "NHS no.", "nhs_number"],
    "ni_number": ["NI number", "National Insurance No", "NINO"],
    "free_text": ["Comments", "Any other comments?", "Feedback", "Notes", "Other (please specify)",
                  "Please describe what changed for you", "Is there anything else you want to tell us?",
                  "q7_text"],
    "device": ["IPAddress", "IP address", "LocationLatitude", "Longitude"],
}  # fmt: skip
HARMLESS_HEADERS = [
    "region", "Region name", "Group name", "Venue name", "wave", "hope_1", "phq9_1_pre", "age", "Age group",
    "gender", "Score", "attendance", "sessions", "StartDate", "Duration (in seconds)", "Finished",
    "How often do you speak to someone on the phone?", "I know the name of my support worker well",
    "In the last two weeks, how often were you bothered by little interest?", "ethnicity", "total",
    "Would you recommend the group?", "context", "nhs_trust", "domain", "username_length_score",
]  # fmt: skip


@pytest.mark.parametrize(("kind", "header"), [(k, h) for k, hs in HEADERS.items() for h in hs])
def test_headers(kind, header):
    assert kind_by_header(header) == kind
    found = column_kind(header, {"something of theirs": 1, "else": 1})
    assert found is not None
    assert (found.kind, found.by) == (kind, "name")


@pytest.mark.parametrize("header", HARMLESS_HEADERS)
def test_headers_that_say_nothing(header):
    assert kind_by_header(header) is None


CONTENT = {
    "email": {"jo@example.org": 1, "x": 30},
    "phone": {"07700 900123": 1, "0114 496 0000": 1, "+44 20 7946 0018": 1, "none": 1},
    "postcode": {"S10 2BP": 1, "EC1A 1BB": 2, "m1 1ae": 1},
    "address": {"12 Abbey Road, Sheffield": 1, "4 Hope Street": 1, "unknown": 1},
    "nhs_number": {"943 476 5919": 1, "4010232137": 1},
    "ni_number": {"AB123456C": 1, "CE 12 34 56 D": 1},
    "name": {
        "Susan Hill": 1,
        "Ahmed Khan": 1,
        "Karen": 2,
        "Peter Orr": 1,
        "Zebedee": 1,
        "Emma W": 1,
    },
    "birth_date": {"03/01/1956": 1, "12/11/1990": 1, "25/12/2001": 1},
    "date": {"03/01/2026": 4, "2026-02-01 10:00:00": 1, "14/03/2026": 9},
    "free_text": {
        "It helped me to get out of the house": 1,
        "I liked the people more than I thought": 1,
        "My husband died in March and nobody else listened": 1,
        "no": 4,
    },
}


@pytest.mark.parametrize("kind", CONTENT)
def test_content(kind):
    found = column_kind("q", CONTENT[kind])
    assert found is not None
    assert (found.kind, found.by) == (kind, "content")


HARMLESS = {
    "likert": {str(i): 10 for i in range(1, 6)},
    "words": {"Strongly agree": 9, "Agree": 4, "Neither agree nor disagree": 3, "Disagree": 2},
    "long labels": {"More than half the days of the week": 12, "Nearly every single day of the week": 8,
                    "Not at all in the last two weeks": 5, "Several days in the last two weeks": 7},
    "regions": {"North West": 30, "London": 22, "Yorkshire and the Humber": 8, "South": 1},
    "scores": {f"{i}.{i % 10}": 1 for i in range(60)},
    "long scores": {f"{i * 0.0137:.9f}": 1 for i in range(1, 60)},
    "ids": {f"P{i:03d}": 1 for i in range(60)},
    "numbers as ids": {str(1_000_000 + i * 37): 1 for i in range(60)},
    "weeks": {"12 weeks": 20, "Baseline": 20},
    "years": {"1956": 1, "1990": 1, "2001": 1},
    "ages": {str(i): 1 for i in range(18, 80)},
    "groups": {"Hope Street Tuesday": 9, "Grace House": 8, "St Mary": 7, "The George": 6, "Park View": 5},
    "times": {"10:15": 2, "11:00": 1},
    "empty": {},
    "one label": {"More than half of the days in these weeks": 1},
    "versions": {"1.2.2026x": 1, "1.5": 1},
}  # fmt: skip


@pytest.mark.parametrize("name", HARMLESS)
def test_content_that_says_nothing(name):
    assert column_kind("q", HARMLESS[name]) is None


@pytest.mark.parametrize("header", ["phone", "Email", "Name", "comments"])
@pytest.mark.parametrize("counts", [{"Yes": 20, "No": 9}, {"1": 3, "5": 2}, {"0": 1}])
def test_answers_are_not_what_their_header_says(header, counts):
    assert column_kind(header, counts) is None


def test_one_in_eleven_random_numbers_passes_the_check_digit():
    draw = random.Random(1)  # noqa: S311 - no secret
    numbers = {f"{draw.randrange(10**10):010d}": 1 for _ in range(2_000)}
    passed = sum(map(is_nhs_number, numbers)) / len(numbers)
    assert 0.06 < passed < 0.12
    assert column_kind("q", numbers) is None or column_kind("q", numbers).kind != "nhs_number"


@pytest.mark.parametrize(
    ("holds", "texts"),
    [
        (is_phone, ["1", "12345", "2026-01-03", "12.5", "P01234567890", "999999999"]),
        (is_postcode, ["A1", "12 weeks", "N/A", "PHQ9", "Q1 1", "B1 1BC2"]),
        (is_ni_number, ["AB12345C", "BG123456A", "AB123456E", "P001"]),
        (is_nhs_number, ["1111111111", "943476591", "94347659199", "9434765910"]),
    ],
)
def test_near_misses(holds, texts):
    assert not any(map(holds, texts))

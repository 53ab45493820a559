"""What trials with a comparison group found, to be read beside an uncontrolled change."""

from __future__ import annotations

BENCHMARK_TITLE = "Read the changes below beside what trials have found"
BENCHMARK_TITLE_UNMATCHED = "Read the differences below beside what trials have found"

BENCHMARK = (
    "Trials that compared group peer support with a comparison group found small differences: "
    "for recovery a standardised difference of 0.18 (95% interval 0.07 to 0.29; 5 trials, 1,265 "
    "people), for hope 0.18 points (\N{MINUS SIGN}0.34 to 0.69; 3 trials), for symptoms none "
    "(Lyons, Cooper & Lloyd-Evans 2021, doi 10.1186/s12888-021-03321-z). Changes of half a "
    "standard deviation and more are common where people are only compared with themselves: "
    "people often join when they feel at their worst and drift back towards their usual level."
)

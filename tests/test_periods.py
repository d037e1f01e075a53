"""Years, months and days as facets name them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.article.periods import STEPS, Period, periods_of, step_of

PERIODS = st.dates(date(1, 1, 1), date(9998, 12, 31)).flatmap(lambda day: st.sampled_from(periods_of(day.isoformat())))


@given(PERIODS)
def test_a_period_comes_back_from_its_value_and_is_the_sum_of_its_parts(value):
    period = Period.of(value)
    assert str(period) == value
    assert str(period.within(step_of(value))) == value
    assert [str(period.within(step)) for step in STEPS[: len(periods_of(value))]] == periods_of(value)
    assert period.following.first == period.last + timedelta(1)
    days = [period]
    for one in period.parts:
        assert one.within(step_of(value)) == period
        assert one.first == (period.first if one == period.parts[0] else days[-1].last + timedelta(1))
        days.append(one)
    assert days[-1].last == period.last


@pytest.mark.parametrize("value", ["", "24", "2024-3", "2024-03-5", "2024-03-05T", "٢٠٢٤", "2024 ", "unknown"])
def test_what_has_another_form_is_no_period(value):
    with pytest.raises(ValueError, match="not a date of the form"):
        Period.of(value)


@pytest.mark.parametrize("value", ["0000", "2024-00", "2024-13", "2024-00-05", "2024-03-00", "2023-02-29"])
def test_what_the_calendar_lacks_is_no_period(value):
    with pytest.raises(ValueError, match="not a day of the calendar"):
        Period.of(value)


def test_what_is_longer_is_within_nothing_shorter():
    assert Period(2024).within("day") is None
    assert Period(2024, 2).last == date(2024, 2, 29)
    assert not Period(2024, 2, 29).parts
    assert step_of("unknown") is None
    with pytest.raises(OverflowError):
        assert Period(9999).following

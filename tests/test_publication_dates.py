"""Publication dates: every form that feeds and sites use, and the absurd ones refused with a reason."""

from __future__ import annotations

import contextlib
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.article import ISTANBUL, Publication
from index.entities import parse_publication

FORMS = [
    ("2024-03-15", "2024-03-15"),
    ("2024-03-15T14:30:00+03:00", "2024-03-15T14:30:00+03:00"),
    ("2024-03-15T11:30:00Z", "2024-03-15T11:30:00+00:00"),
    ("2024-03-15T14:30:00.123456+03:00", "2024-03-15T14:30:00+03:00"),
    ("2024-03-15 14:30", "2024-03-15T14:30:00+03:00"),
    ("2024-03-15 - 14:30", "2024-03-15T14:30:00+03:00"),
    ("2024/03/15 14:30:10", "2024-03-15T14:30:10+03:00"),
    ("Fri, 15 Mar 2024 14:30:00 +0300", "2024-03-15T14:30:00+03:00"),
    ("Fri, 15 Mar 2024 11:30:00 GMT", "2024-03-15T11:30:00+00:00"),
    ("15 Mart 2024 Cuma 14:30", "2024-03-15T14:30:00+03:00"),
    ("15 Mart 2024 Cuma, 14.30", "2024-03-15T14:30:00+03:00"),
    ("15 MART 2024", "2024-03-15"),
    ("1 AĞUSTOS 2023 SALI 09:05", "2023-08-01T09:05:00+03:00"),
    ("Cuma, 15 Mart 2024", "2024-03-15"),
    ("14:30, 15 Mart 2024", "2024-03-15T14:30:00+03:00"),
    ("15.03.2024", "2024-03-15"),
    ("15.3.2024 9:05", "2024-03-15T09:05:00+03:00"),
    ("15/03/2024 14:30:59", "2024-03-15T14:30:59+03:00"),
    ("15-03-2024", "2024-03-15"),
    ("15 Ara 2023", "2023-12-15"),
    ("March 15, 2024", "2024-03-15"),
    ("March 15th, 2024 2:30 PM", "2024-03-15T14:30:00+03:00"),
    ("16 July 2025", "2025-07-16"),
    ("Giriş Tarihi: 15.03.2024 14:30 Güncelleme Tarihi: 16.03.2024 15:10", "2024-03-15T14:30:00+03:00"),
    ("Güncelleme: 16.03.2024 15:10 Giriş: 15.03.2024 14:30", "2024-03-15T14:30:00+03:00"),
    ("Yayınlanma Tarihi: 15 Mart 2024, 14:30", "2024-03-15T14:30:00+03:00"),
    ("Son Güncelleme: 15.03.2024 15:08", "2024-03-15T15:08:00+03:00"),
    ("Published on 15 March 2024", "2024-03-15"),
    ("1710502200", "2024-03-15T14:30:00+03:00"),
    ("1710502200000", "2024-03-15T14:30:00+03:00"),
    ("20240315", "2024-03-15"),
    ("29.02.2024", "2024-02-29"),
    ("  15 \n Mart   2024 ", "2024-03-15"),
]


@pytest.mark.parametrize(("text", "iso"), FORMS)
def test_forms(text: str, iso: str) -> None:
    assert parse_publication(text).iso == iso


REFUSED = [
    ("", "empty"),
    ("dün", "not a date"),
    ("30 Şubat 2024", "does not exist"),
    ("2023-02-29", "does not exist"),
    ("31.04.2024", "does not exist"),
    ("15.13.2024", "does not exist"),
    ("15 Mart 2024 25:30", "does not exist"),
    ("12.05.1723", "before 1800"),
    ("0001-01-01", "before 1800"),
    ("15 Mart 2199", "ahead"),
    ("12345678901234567890", "not a date"),
    ("Ankara", "not a date"),
    ("x" * 400, "too long"),
]


@pytest.mark.parametrize(("text", "reason"), REFUSED)
def test_refused_with_a_reason(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse_publication(text)


def test_a_date_without_a_time_stays_a_date() -> None:
    assert parse_publication("15 Mart 2024") == Publication(date(2024, 3, 15), None)


def test_the_day_is_the_day_in_istanbul() -> None:
    assert parse_publication("2024-03-15T22:30:00Z").day == date(2024, 3, 16)


def test_two_years_ahead_is_the_limit() -> None:
    soon = datetime.now(ISTANBUL).date() + timedelta(days=200)
    assert parse_publication(soon.isoformat()).day == soon


@given(st.text(max_size=60))
def test_any_text_is_a_publication_or_a_value_error(text: str) -> None:
    with contextlib.suppress(ValueError):
        assert isinstance(parse_publication(text), Publication)


@given(st.datetimes(min_value=datetime(1950, 1, 1), max_value=datetime(2026, 1, 1)))  # noqa: DTZ001 naive on purpose
def test_round_trip(moment: datetime) -> None:
    moment = moment.replace(microsecond=0)
    assert parse_publication(moment.isoformat()).day == moment.date()
    assert parse_publication(f"{moment:%d.%m.%Y %H:%M}").day == moment.date()

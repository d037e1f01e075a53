"""Turkish (and English) month and weekday names, and the arithmetic of days that a text leaves unsaid."""

from __future__ import annotations

from datetime import date, timedelta

MONTHS_TR = (
    "ocak", "şubat", "mart", "nisan", "mayıs", "haziran", "temmuz", "ağustos", "eylül", "ekim", "kasım", "aralık",
)  # fmt: skip
MONTHS_EN = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
WEEKDAYS_TR = ("pazartesi", "salı", "çarşamba", "perşembe", "cuma", "cumartesi", "pazar")

MONTHS: dict[str, int] = {
    **{name: number for number, name in enumerate(MONTHS_TR, 1)},
    **{name: number for number, name in enumerate(MONTHS_EN, 1)},
    # Abbreviations of Turkish sites (`15 Ağu 2024`, `15 Mar`) and of RFC 822.
    **{name[:3]: number for number, name in enumerate(MONTHS_EN, 1)},
    **{name[:3]: number for number, name in enumerate(MONTHS_TR, 1)},
}
WEEKDAYS: dict[str, int] = {name: number for number, name in enumerate(WEEKDAYS_TR)}

EARLIEST_YEAR = 1800
"""A four-digit number below is not read as a year: it is more often a quantity."""
LATEST_YEAR = 2100

DAYS_AHEAD = 75
"""A day without a year is the nearest one; news looks back more than ahead, so ahead only this far."""


def valid_day(year: int, month: int, day: int) -> date | None:
    """The day, or None where the calendar has none (30 Şubat)."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def nearest_year(month: int, day: int, published: date) -> date | None:
    """The `day.month` nearest to publication, at most `DAYS_AHEAD` after it.

    The verb has no say: headlines and captions have none, and news in the past tense announces too (`25 Mayıs'ta
    yapılmasına karar verildi`). So `23 Nisan'da` in March is next month's holiday and not last year's, as a reader in
    March takes it.
    """
    candidates = [valid_day(published.year + offset, month, day) for offset in (-1, 0, 1)]
    near = [d for d in candidates if d is not None and (d - published).days <= DAYS_AHEAD]
    return min(near, key=lambda d: abs((d - published).days), default=None)


def last_weekday(weekday: int, published: date) -> date:
    """`geçen salı`: the last such weekday before the day of publication."""
    return published - timedelta(days=(published.weekday() - weekday - 1) % 7 + 1)


def next_weekday(weekday: int, published: date) -> date:
    """`önümüzdeki pazartesi`: the first such weekday after the day of publication."""
    return published + timedelta(days=(weekday - published.weekday() - 1) % 7 + 1)


def month_away(published: date, months: int) -> str:
    """The month `months` away from publication, as `YYYY-MM`."""
    index = published.year * 12 + published.month - 1 + months
    return f"{index // 12:04d}-{index % 12 + 1:02d}"

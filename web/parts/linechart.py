"""The layout of a line chart over periods: the position of everything in it, in percent of the drawing.

Lines differ in dashes and markers as well as in colour, and each carries its name at its end. The page lists the same
numbers as a table. Points are not links, since hundreds of them would hinder everybody who uses a keyboard.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

PLOT = 81.0
"""The part of the width for the lines, in percent; their names stand to the right of it."""

TOP, BOTTOM = 4.0, 98.0
MAX_TICKS = 8
MAX_MARKERS = 40
FEW_MARKERS = 10
APART = 9.0
"""The least distance between two names, in percent of the height."""

MARKERS = (
    "M-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0z",
    "M-3.2-3.2h6.4v6.4h-6.4z",
    "M0-4.2l4.2 7.4h-8.4z",
    "M0-4.4l4.4 4.4l-4.4 4.4l-4.4-4.4z",
    "M-3.6-3.6l7.2 7.2M-3.6 3.6l7.2-7.2",
)
"""The markers as SVG paths around the point: a circle, a square, a triangle, a diamond, a cross."""


@dataclass(frozen=True, slots=True)
class Point:
    """A point in percent of the drawing; `in_words` is its period and value."""

    x: float
    y: float
    in_words: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """One line: its pieces as SVG points in a drawing of 100 by 100, its markers, and the position of its name.

    A line is broken into pieces where a period has no value.
    """

    number: int
    name: str
    pieces: tuple[str, ...]
    markers: tuple[Point, ...]
    marker: str
    end: float
    name_y: float


@dataclass(frozen=True, slots=True)
class Grid:
    """A horizontal grid line with the value that it stands for."""

    y: float
    label: str


@dataclass(frozen=True, slots=True)
class Tick:
    """The label of a period below the drawing; a `minor` one is hidden where the page is narrow."""

    x: float
    label: str
    minor: bool


@dataclass(frozen=True, slots=True)
class LineChart:
    """A chart with the positions of everything in it."""

    lines: tuple[Drawn, ...]
    grid: tuple[Grid, ...]
    ticks: tuple[Tick, ...]
    plot: float = PLOT


@dataclass(frozen=True, slots=True)
class Values:
    """A line to draw: its name, its values, and each value in words."""

    name: str
    values: Sequence[float | None]
    in_words: Sequence[str]


def line_chart(lines: Sequence[Values], ticks: Sequence[str], scale: Sequence[tuple[float, str]]) -> LineChart:
    """Lay out a chart. `ticks` are the labels of the periods, `scale` the values of the grid lines, highest last."""
    highest = scale[-1][0]
    xs = _places(len(ticks))
    drawn = [_line(number, line, xs, highest) for number, line in enumerate(lines)]
    step = -(-len(ticks) // MAX_TICKS)
    return LineChart(
        lines=_named_apart(drawn),
        grid=tuple(Grid(_y(value, highest), label) for value, label in scale),
        ticks=tuple(Tick(xs[at], ticks[at], at % (2 * step) != 0) for at in range(0, len(ticks), step)),
    )


def round_scale(highest: float) -> list[float]:
    """The values of a scale from 0 to at least the highest: two to five steps of 1, 2 or 5 times a power of ten.

    >>> round_scale(47), round_scale(0.034)
    ([0, 10.0, 20.0, 30.0, 40.0, 50.0], [0, 0.01, 0.02, 0.03, 0.04])
    """
    if highest <= 0:
        return [0, 1]
    power = 10.0
    while power * 0.1 * 5 >= highest:
        power /= 10
    while power * 5 < highest:
        power *= 10
    step = next(power * part for part in (0.1, 0.2, 0.5, 1.0) if power * part * 5 >= highest)
    count = -int(-highest // step)
    return [0, *(round(step * number, 10) for number in range(1, count + 1))]


def _places(count: int) -> list[float]:
    if count == 1:
        return [PLOT / 2]
    return [round(PLOT * at / (count - 1), 3) for at in range(count)]


def _y(value: float, highest: float) -> float:
    return round(BOTTOM - (BOTTOM - TOP) * value / highest, 2)


def _line(number: int, line: Values, xs: Sequence[float], highest: float) -> Drawn:
    points = [None if v is None else Point(x, _y(v, highest), t) for x, v, t in _triples(xs, line)]
    known = [point for point in points if point]
    every = 1 if len(points) <= MAX_MARKERS else -(-len(points) // FEW_MARKERS)
    # Lines get their markers at different periods, so that markers don't cover each other.
    first = 0 if every == 1 else number * every // len(MARKERS)
    return Drawn(
        number=number + 1,
        name=line.name,
        pieces=tuple(_pieces(points)),
        markers=tuple(point for point in points[first::every] if point),
        marker=MARKERS[number],
        end=known[-1].x if known else 0.0,
        name_y=known[-1].y if known else BOTTOM,
    )


def _triples(xs: Sequence[float], line: Values) -> list[tuple[float, float | None, str]]:
    return list(zip(xs, line.values, line.in_words, strict=True))


def _pieces(points: Sequence[Point | None]) -> list[str]:
    pieces: list[list[str]] = [[]]
    for point in points:
        if point:
            pieces[-1].append(f"{point.x:g},{point.y:g}")
        elif pieces[-1]:
            pieces.append([])
    return [" ".join(piece) for piece in pieces if len(piece) > 1]


def _named_apart(lines: Sequence[Drawn]) -> tuple[Drawn, ...]:
    """The lines with their names moved up or down until none covers another."""
    order = sorted(lines, key=lambda line: line.name_y)
    places: list[float] = []
    for line in order:
        places.append(max(line.name_y, places[-1] + APART if places else TOP))
    floor = BOTTOM
    for at in range(len(places) - 1, -1, -1):
        places[at] = min(places[at], floor)
        floor = places[at] - APART
    moved = {line.number: place for line, place in zip(order, places, strict=True)}
    return tuple(_moved(line, round(moved[line.number], 2)) for line in lines)


def _moved(line: Drawn, name_y: float) -> Drawn:
    return Drawn(line.number, line.name, line.pieces, line.markers, line.marker, line.end, name_y)

"""`analyze` and `entities`: what the analysis makes of a text, without an archive."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

import click

from index.article import Article, Entities, Mention, Publication
from index.building.extraction import explain_entities, extract_entities
from index.building.workers import Workers
from index.entities import ExplainedEntities, Rule, parse_publication
from index.errors import HaberaraError, SourceError
from index.settings import load_settings
from index.turkish import ExplainedToken, TurkishAnalyzer, open_analyzer
from search.shapes import json_of
from web.cli.options import data_option, echo_json, jobs_option, json_option

CHUNK = 2_000


@click.command("analyze")
@click.argument("text", required=False)
@click.option("--stdin", "from_stdin", is_flag=True, help="Analyze each line of stdin.")
@json_option
@data_option
def analyze_command(text: str | None, from_stdin: bool, as_json: bool, data: Path | None) -> None:
    """Show each word of a text with its lemma, the candidates and the reason of the choice."""
    if (text is None) != from_stdin:
        raise click.UsageError("Give a text, or --stdin.")
    lines: Iterable[str] = (line.rstrip("\r\n") for line in _stdin()) if from_stdin else [text or ""]
    directory = load_settings(data=data).data
    # The archive's lemma cache if there is an archive; looking at a word makes no data directory.
    with closing(open_analyzer(directory, keep=False)) as analyzer:
        for line in lines:
            _show_analysis(analyzer, line, as_json)


def _stdin() -> Iterator[str]:
    try:
        yield from sys.stdin
    except UnicodeDecodeError as error:
        raise SourceError("stdin", "is not UTF-8", "Turn it into UTF-8 first.") from error


def _show_analysis(analyzer: TurkishAnalyzer, text: str, as_json: bool) -> None:
    tokens = analyzer.explain(text)
    if as_json:
        echo_json({"text": text, "tokens": [_token_json(t) for t in tokens]})
        return
    for token in tokens:
        candidates = ", ".join(token.candidates) or "-"
        click.echo(f"{token.start:>5} {token.surface:<24} {token.lemma:<18} {candidates}  ({token.reason})")


def _token_json(token: ExplainedToken) -> dict[str, Any]:
    return {
        "surface": token.surface,
        "start": token.start,
        "end": token.end,
        "lemma": token.lemma,
        "candidates": list(token.candidates),
        "form": token.form,
        "reason": token.reason,
    }


class _BadLines(HaberaraError):
    """Some lines of the input could not be read; each was named on stderr."""


@click.command("entities")
@click.argument("source", default="-", metavar="[FILE.jsonl | -]")
@click.option("--explain", is_flag=True, help="Print the rule that took each person; with --json beside all else.")
@jobs_option
@json_option
def entities_command(source: str, explain: bool, jobs: int | None, as_json: bool) -> None:
    """Find people, countries, organisations and dates in articles (id, title, body, date), one JSON line each."""
    settings = load_settings(jobs=jobs)
    bad = 0
    with Workers(settings.jobs) as workers:
        articles = _read_articles(source)
        while chunk := list(islice(articles, CHUNK)):
            good = [article for article in chunk if isinstance(article, Article)]
            bad += len(chunk) - len(good)
            if explain:
                _show_explained(good, workers, as_json)
            else:  # JSON always
                _show_found(good, workers)
    if bad:
        raise _BadLines(f"{bad} lines could not be read.", "They are named above.")


def _show_found(articles: Sequence[Article], workers: Workers) -> None:
    """Print a line of JSON for each article."""
    for article, entities in zip(articles, extract_entities(articles, workers), strict=True):
        echo_json(_entities_json(article.id, entities))


def _show_explained(articles: Sequence[Article], workers: Workers, as_json: bool) -> None:
    """Print a line of JSON for each article, or a line for each person mentioned."""
    for article, explained in zip(articles, explain_entities(articles, workers), strict=True):
        if as_json:
            echo_json(_explained_json(article.id, explained))
        else:
            for mention, rule in _people(explained):
                click.echo(_rule_line(article.id, mention, rule))


def _people(explained: ExplainedEntities) -> Iterator[tuple[Mention, Rule]]:
    pairs = zip(explained.entities.mentions, explained.rules, strict=True)
    return ((mention, rule) for mention, rule in pairs if rule)


def _rule_line(article_id: str, mention: Mention, rule: Rule) -> str:
    place = f"{article_id} {mention.field}:{mention.start}"
    return f"{place:<20} {mention.surface:<24} {mention.value:<24} {rule.name}: {rule.reason}"


def _explained_json(article_id: str, explained: ExplainedEntities) -> dict[str, Any]:
    """As without `--explain`, with a `rule` in each mention of a person."""
    answer = _entities_json(article_id, explained.entities)
    for mention, rule in zip(answer["mentions"], explained.rules, strict=True):
        if rule:
            mention["rule"] = {"name": rule.name, "reason": rule.reason}
    return answer


def _entities_json(article_id: str, entities: Entities) -> dict[str, Any]:
    return {
        "id": article_id,
        "people": list(entities.people),
        "countries": list(entities.countries),
        "countries_all": list(entities.countries_all),
        "dates": list(entities.dates),
        "organisations": list(entities.organisations),
        "mentions": [json_of(mention) for mention in entities.mentions],
    }


def _read_articles(source: str) -> Iterator[Article | None]:
    """Articles with their texts as they stand, so that offsets are the input's; None for a line that can't be read."""
    for number, line in enumerate(_lines(source), 1):
        if not line.strip():
            continue
        try:
            yield _article(json.loads(line), number)
        except (ValueError, TypeError, AttributeError) as error:
            click.echo(f"rejected: {source}:{number}: {error}", err=True)
            yield None


def _lines(source: str) -> Iterator[str]:
    if source == "-":
        yield from _stdin()
        return
    try:
        with Path(source).open(encoding="utf-8-sig") as file:
            yield from file
    except OSError as error:
        raise SourceError(source, f"can't be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise SourceError(source, "is not UTF-8", "Save it as UTF-8.") from error


def _article(record: dict[str, Any], number: int) -> Article:
    texts = {name: _text(record.get(name), name) for name in ("title", "body", "text")}
    return Article(
        id=str(record.get("id", number)),
        title=texts["title"],
        body=texts["body"] or texts["text"],
        published=_published(record.get("date")),
    )


def _text(value: Any, name: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise TypeError(f"{name} is not a text")
    return value


def _published(value: Any) -> Publication | None:
    if value is None or value == "":
        return None
    return parse_publication(str(value))


COMMANDS = (analyze_command, entities_command)

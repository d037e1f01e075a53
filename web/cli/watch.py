"""`watch`: looks at folders, files and feeds again and again and adds what is new in them."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import FrameType

import click

from index.building import AddOptions
from index.engines.choice import chosen_engine
from index.readers import ReadOptions
from index.settings import load_settings
from index.watch import Follower, Round
from index.watch.looking import SETTLED, feed_state
from web.cli.add import field_mapping
from web.cli.console import Console
from web.cli.hangup import heard_hangup
from web.cli.intake import intake_options, mapping_options
from web.cli.options import data_option, echo_json, engine_option, jobs_option, json_option, warn_of_share

COUNTS = ("read", "added", "changed", "unchanged", "rejected", "blocked", "indexed")


class _Ended(KeyboardInterrupt):
    """A signal asked the watch to end. A KeyboardInterrupt, so that no `except Exception` takes it for a failure."""


@click.command("watch")
@click.argument("sources", nargs=-1, required=True, metavar="DIR|FEED...")
@click.option(
    "--every",
    type=click.FloatRange(min=0.1),
    default=60.0,
    show_default=True,
    metavar="SECONDS",
    help="Pause between two rounds.",
)
@click.option("--once", is_flag=True, help="Look once and exit, for cron.")
@mapping_options
@intake_options
@engine_option
@jobs_option
@json_option
@data_option
def watch_command(
    sources: tuple[str, ...],
    every: float,
    once: bool,
    mapping: tuple[str, ...],
    id_prefix: str,
    languages: tuple[str, ...],
    follow: bool,
    max_rejects: int | None,
    engine: str | None,
    jobs: int | None,
    as_json: bool,
    data: Path | None,
) -> None:
    """Keep adding what is new in folders, files and feeds, until Ctrl-C or SIGTERM.

    What can't be read is reported and left out; what is locked or unreachable is tried again in the next round.
    """
    settings = load_settings(data=data, engine=engine, jobs=jobs, max_rejects=max_rejects)
    warn_of_share(settings.data)
    read = ReadOptions(
        mapping=field_mapping(mapping),
        id_prefix=id_prefix,
        follow=follow,
        languages=languages,
    )
    engine_choice = chosen_engine(settings)
    read = replace(read, feeds=feed_state(settings.data, read))
    options = AddOptions(read=read, max_rejects=settings.max_rejects, engine=engine_choice, jobs=settings.jobs)
    try:
        with Console(as_json) as console, _ended_by_signals():
            follower = Follower(settings.data, sources, options, console)
            if once:
                _once(follower, as_json, settings.max_rejects)
            else:
                _for_ever(follower, as_json, every, len(sources))
    except _Ended:
        click.echo("The watch has ended; what was acknowledged is kept.", err=True)


def _for_ever(follower: Follower, as_json: bool, every: float, sources: int) -> None:
    click.echo(f"Watching {sources} sources every {every:g} s. Press Ctrl-C to stop.", err=True)
    while True:
        _show(follower.round(), as_json)
        time.sleep(min(every, SETTLED) if follower.waiting else every)


def _once(follower: Follower, as_json: bool, max_rejects: int) -> None:
    rounds = [follower.round()]
    _show(rounds[0], as_json)
    if follower.waiting:
        time.sleep(SETTLED)
        rounds.append(follower.round())
        _show(rounds[1], as_json)
    rejected = sum(done.total("rejected") for done in rounds)
    if rounds[-1].problems or rejected > max_rejects:
        click.get_current_context().exit(1)


def _show(done: Round, as_json: bool) -> None:
    counts = {name: done.total(name) for name in COUNTS}
    if as_json:
        if done.did_something or done.problems:
            more = {"files": done.files, "moved": done.moved, "replaced": done.replaced, "problems": done.problems}
            echo_json({**counts, **more})
        return
    if done.did_something:
        click.echo(
            f"{time.strftime('%H:%M:%S')} {done.files} files: {counts['added']} added, {counts['changed']} changed,"
            f" {done.replaced} replaced, {counts['rejected']} rejected, {counts['blocked']} removed for good and left"
            f" out, {done.moved} files moved; {counts['indexed']} indexed."
        )


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """The first signal stops the running round in an orderly way; further signals are ignored while it stops."""

    def end(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 -- the signature is signal's
        for name in before:
            signal.signal(name, signal.SIG_IGN)
        raise _Ended

    names = [signal.SIGINT, signal.SIGTERM, *heard_hangup()]
    before = {name: signal.getsignal(name) for name in names}
    for name in names:
        signal.signal(name, end)
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)


COMMANDS = (watch_command,)

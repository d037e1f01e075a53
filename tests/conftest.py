"""Shared by the tests: what is built once in a run, what marks them, and how they run side by side.

Which to run when (from the root of the checkout):

    python -m pytest                          before each commit: all but the heavy ones, a process for each core
    python -m pytest tests/test_watch.py      while working on something: files that are named run in this process
    python -m pytest -m heavy                 the long repetitions alone: kills, hostile texts, real news, a full disk
    python -m pytest -m ''                    everything, which `.ci/run` does
    python -m pytest -m opensearch            what asks a cluster (also the heavy ones), where there is one:
        HABERARA_TEST_OPENSEARCH=$(.ci/opensearch start FOLDER)
    python -m pytest -m 'engine and not opensearch and not heavy'    after a change of an index's format or library

A test is heavy when it repeats at length what a shorter one holds too, in every run; it is marked where it stands.
`-m` takes the place of the one that pyproject.toml gives: to run a heavy test by its name needs `-m ''` too.

Processes share nothing that is written, but for lemmas. The sample archive and the agency's news are indexed by the
process that needs them first, in a folder of the run, so that no older index is ever met; each process reads a copy.
Lemmas take seconds for each data directory to work out. They are kept from run to run in pytest's cache, under a
digest of the analyzer's own source, so that a changed analyzer never meets an old lemma; one process at a time writes
them. Of OpenSearch there is one cluster: tests give their indexes names of their own, and one that changes what holds
for the whole cluster is marked `alone`, and has it alone.

Processes are spawned, as on macOS and Windows, on every system. With `HABERARA_TEST_NO_SKIP=1` a skipped test is a
failure: where everything is installed, nothing may be left out in silence.
"""

from __future__ import annotations

import hashlib
import importlib
import multiprocessing
import os
import shutil
import sqlite3
import uuid
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, suppress
from functools import cache, lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

import pytest
from filelock import FileLock
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from processes import built_once, folder_of_run, turn
from reading import Archive, opened

import index.turkish
from index.building import AddOptions, add
from index.engines.choice import Cluster, EngineChoice
from index.engines.opensearch.client import ClusterClient, NotThere
from index.turkish import lemma, open_analyzer
from search.service import SearchEngine

SAMPLE = Path(index.__file__).parent / "sample"
SHARED = Path(__file__).resolve().parents[2] / "shared"
Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)
NO_SKIP = os.environ.get("HABERARA_TEST_NO_SKIP", "") not in ("", "0")

multiprocessing.set_start_method("spawn", force=True)


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """As many processes as cores that may be used; none but this one for tests that are named file by file."""
    if all(Path(argument.partition("::")[0]).is_file() for argument in config.args):
        return 0
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks tests by what they need, so that it can't be forgotten at one of them."""
    of_engines = {item.path for item in items if _meets_an_index(item)}
    for item in items:
        if "cluster" in getattr(item, "fixturenames", ()):
            item.add_marker("opensearch")
        if item.path in of_engines:
            item.add_marker("engine")


ROOMS_OF_ENGINES = tuple(
    importlib.import_module(name).__name__
    for name in ("index.building", "index.engines", "index.generations", "search.engines", "search.service")
)
"""Rooms that read or write an index; a name that is no more fails here."""


def _meets_an_index(item: pytest.Item) -> bool:
    return bool({"data", "indexed", "archive"} & set(getattr(item, "fixturenames", ()))) or _imports_an_engine(
        item.module
    )


@cache
def _imports_an_engine(module: ModuleType) -> bool:
    origins = (getattr(one, "__module__", None) or getattr(one, "__name__", "") for one in vars(module).values())
    return any(f"{origin}.".startswith(tuple(f"{room}." for room in ROOMS_OF_ENGINES)) for origin in origins)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """One cluster serves all processes; who changes what holds for all of it has it alone, fixtures included."""
    if not OPENSEARCH or not item.get_closest_marker("opensearch"):
        return (yield)
    with turn(folder_of_run(item.config._tmp_path_factory), alone=bool(item.get_closest_marker("alone"))):
        return (yield)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A skipped test fails if nothing may be skipped."""
    return _strict((yield))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """So does a module that skips itself."""
    return _strict((yield))


def _strict(report: Report) -> Report:
    # An expected failure is reported as skipped too, and is none.
    if NO_SKIP and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome = "failed"
        report.longrepr = f"HABERARA_TEST_NO_SKIP is set, and this was left out. {reason}"
    return report


class Compiled(BytecodeCache):
    """Templates that were compiled once in this process: an app of its own for each test compiles none again."""

    def __init__(self) -> None:
        self._code: dict[tuple[str, str], bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if code := self._code.get((bucket.key, bucket.checksum)):
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


@pytest.fixture(scope="session", autouse=True)
def compiled() -> Iterator[None]:
    """Every app of these tests takes its templates from one cache."""
    make, cache_of_all = Flask.create_jinja_environment, Compiled()

    def made(app: Flask) -> Any:
        environment = make(app)
        environment.bytecode_cache = cache_of_all
        return environment

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Flask, "create_jinja_environment", made)
        yield


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real news and gold tables, `shared` beside the checkout; not everybody has it."""
    if not (SHARED / "data").is_dir():
        pytest.skip("no real news: there is no folder `shared/data` beside the checkout")
    return SHARED


@pytest.fixture(scope="session")
def lemma_store(pytestconfig: pytest.Config) -> Path:
    """A directory with the lemma cache of earlier runs; from here on one lemmatizer serves the whole process."""
    lemma.Lemmatizer = lru_cache(lemma.Lemmatizer)  # loading it takes seconds, and it never changes
    digest = hashlib.sha256()
    for path in sorted(Path(index.turkish.__file__).parent.iterdir()):
        if path.suffix in (".py", ".tsv"):
            digest.update(path.read_bytes())
    store = Path(pytestconfig.cache.mkdir("haberara-lemmas")) / digest.hexdigest()[:16]
    store.mkdir(exist_ok=True)
    with lemmas_held(store):
        open_analyzer(store).close()
    return store


def lemmas_held(store: Path) -> FileLock:
    """The lock of the store: its file is copied while no other process writes it."""
    return FileLock(store / "lock")


def give_lemmas(store: Path, data: Path) -> None:
    """Let a data directory begin with the lemmas of the store."""
    data.mkdir(parents=True, exist_ok=True)
    with lemmas_held(store):
        for path in store.glob("lemmas-*"):
            shutil.copy(path, data)


def take_lemmas(store: Path, data: Path) -> None:
    """Keep what a data directory has learnt, if it knows more than the store."""
    for path in data.glob("lemmas-*.db"):
        if not (store / path.name).exists():  # of another analyzer
            continue
        with lemmas_held(store), closing(sqlite3.connect(store / path.name, timeout=30)) as known, known:
            known.execute("ATTACH ? AS learnt", (str(path),))
            held, learnt = (known.execute(f"SELECT count(*) FROM {one}.lemma").fetchone() for one in ("main", "learnt"))
            if learnt > held:
                known.execute("INSERT OR IGNORE INTO main.lemma SELECT * FROM learnt.lemma")


OPENSEARCH = os.environ.get("HABERARA_TEST_OPENSEARCH", "")
"""Where a real OpenSearch for tests answers, such as `.ci/opensearch start FOLDER` says."""


@pytest.fixture(scope="session")
def cluster() -> Iterator[Callable[..., EngineChoice]]:
    """Gives the engine on a real cluster under a name of its own; what the tests made there is removed at the end."""
    if not OPENSEARCH:
        pytest.skip("no OpenSearch: HABERARA_TEST_OPENSEARCH says where none answers (`.ci/opensearch start FOLDER`)")
    names: list[str] = []

    def choice(**options: Any) -> EngineChoice:
        names.append(f"test-{uuid.uuid4().hex[:12]}")
        return EngineChoice("opensearch", Cluster(urls=(OPENSEARCH,), name=names[-1], **options))

    yield choice
    with closing(ClusterClient(Cluster(urls=(OPENSEARCH,)))) as client:
        for name in names:
            client.call("DELETE", f"/{name}-*", expand_wildcards="all")
            with suppress(NotThere):
                client.call("DELETE", f"/_index_template/{name}-*")


@pytest.fixture
def data(tmp_path: Path, lemma_store: Path) -> Iterator[Path]:
    """An empty data directory."""
    path = tmp_path / "data"
    give_lemmas(lemma_store, path)
    yield path
    take_lemmas(lemma_store, path)


@pytest.fixture(scope="session")
def indexed(tmp_path_factory: pytest.TempPathFactory, lemma_store: Path) -> Callable[..., Path]:
    """Gives a data directory with some sources indexed under a name: built once in a run, a copy for each process."""

    def indexed_(name: str, sources: Sequence[Path], jobs: int) -> Path:
        def build(path: Path) -> None:
            give_lemmas(lemma_store, path)
            add(path, [str(source) for source in sources], AddOptions(jobs=jobs))
            take_lemmas(lemma_store, path)

        built = built_once(folder_of_run(tmp_path_factory), name, build)
        return shutil.copytree(built, tmp_path_factory.mktemp(name) / "data")

    return indexed_


@pytest.fixture(scope="session")
def sample_data(indexed: Callable[..., Path]) -> Path:
    """A data directory with the sample archive, indexed. Not to be changed: copy it."""
    return indexed("sample", sorted(SAMPLE.glob("*.jsonl")), jobs=1)


@pytest.fixture(scope="session")
def sample_engine(sample_data: Path) -> Iterator[SearchEngine]:
    """The engine over `sample_data`."""
    engine = SearchEngine.open(sample_data)
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def agency_data(shared: Path, indexed: Callable[..., Path]) -> Path:
    """A data directory with 3,779 agency articles of 2026, indexed. Not to be changed."""
    news = shared / "data" / "news" / "aa_feeds_2026.jsonl.xz"
    if not news.is_file():
        pytest.skip(f"no agency articles: {news.name} is not in the folder `shared/data/news` beside the checkout")
    return indexed("agency", [news], jobs=2)


@pytest.fixture(scope="session")
def agency_engine(agency_data: Path) -> Iterator[SearchEngine]:
    """The engine over `agency_data`."""
    engine = SearchEngine.open(agency_data)
    yield engine
    engine.close()


@pytest.fixture(scope="session", params=["sample", pytest.param("agency", marks=pytest.mark.heavy)])
def archive(request: pytest.FixtureRequest) -> Archive:
    """The sample, and real agency news where they are, each with a count by hand."""
    data = request.getfixturevalue(f"{request.param}_data")
    return opened(data, request.getfixturevalue(f"{request.param}_engine"))

"""Adding: new, changed and equal articles, collisions, what a crash left to be caught up with, many small commits."""

from __future__ import annotations

import json
import random
import shutil
from contextlib import closing
from pathlib import Path

import pytest

from index.archive import Archive
from index.article import Article, BadRecord, Entities
from index.building import (
    AddOptions,
    BuildReport,
    add,
    reindex,
    reindex_facets,
    reindex_if_needed,
)
from index.engines.whoosh.writer import MAX_SEGMENTS
from index.errors import DataDirectoryError, NotFoundError, SourceError, TooManyRejects
from index.generations import Generations
from index.observer import SILENT, Acknowledgement, Observer
from index.readers import ReadOptions
from search.request import SearchRequest
from search.results import SearchResults
from search.service import SearchEngine


class Seen(Observer):
    def __init__(self) -> None:
        self.rejects: list[BadRecord] = []
        self.acknowledged: list[Acknowledgement] = []
        self.warnings: list[str] = []

    def rejected(self, record: BadRecord) -> None:
        self.rejects.append(record)

    def committed(self, acknowledgement: Acknowledgement) -> None:
        self.acknowledged.append(acknowledgement)

    def warned(self, message: str) -> None:
        self.warnings.append(message)


def write(path: Path, *records: dict[str, object]) -> str:
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), "utf-8")
    return str(path)


def article(article_id: str, body: str, **more: object) -> dict[str, object]:
    return {"id": article_id, "title": f"Haber {article_id}", "body": body, **more}


def run(data: Path, *sources: str, observer: Observer = SILENT, dry: bool = False, **read: object) -> BuildReport:
    options = AddOptions(ReadOptions(**read), jobs=1, dry_run=dry)  # type: ignore[arg-type]
    return add(data, sources, options, observer)


def search(data: Path, text: str = "", **params: str) -> SearchResults:
    engine = SearchEngine.open(data)
    try:
        lists = {name: [value] for name, value in params.items()}
        return engine.search(SearchRequest.from_params({"q": [text], "limit": ["1000"], **lists}))
    finally:
        engine.close()


def ids(data: Path, text: str = "", **params: str) -> set[str]:
    return {hit.id for hit in search(data, text, **params).hits}


def test_what_is_new_is_found_and_acknowledged(data, tmp_path):
    seen = Seen()
    report = run(data, write(tmp_path / "a.jsonl", article("1", "deprem"), article("2", "sel")), observer=seen)
    assert (report.read, report.added, report.indexed) == (2, 2, 2)
    assert ids(data, "deprem") == {"1"}
    (only,) = seen.acknowledged
    assert only.committed == 2
    assert only.snapshot == search(data).snapshot


def test_the_same_again_changes_nothing(data, tmp_path):
    source = write(tmp_path / "a.jsonl", article("1", "deprem"), article("2", "sel"))
    run(data, source)
    before = search(data).snapshot
    seen = Seen()
    report = run(data, source, observer=seen)
    assert (report.read, report.added, report.changed, report.unchanged, report.indexed) == (2, 0, 0, 2, 0)
    assert search(data).snapshot == before
    assert seen.acknowledged == []


def test_of_a_changed_article_only_the_new_version_is_found(data, tmp_path):
    run(data, write(tmp_path / "a.jsonl", article("1", "deprem", source="Eski"), article("2", "sel")))
    report = run(data, write(tmp_path / "a.jsonl", article("1", "yangın", source="Yeni"), article("2", "sel")))
    assert (report.changed, report.unchanged, report.indexed) == (1, 1, 1)
    assert ids(data, "deprem") == set()
    assert ids(data, "yangın") == {"1"}
    assert ids(data, "-deprem") == {"1", "2"}
    assert [(v.value, v.count) for v in search(data).facet("source").values] == [("Yeni", 1)]


def test_the_last_of_a_file_s_duplicates_counts(data, tmp_path):
    source = write(tmp_path / "a.jsonl", *(article("1", word) for word in ("sel", "sel", "deprem", "sel", "yangın")))
    report = run(data, source, update=True)
    assert (report.added, report.changed, report.unchanged) == (1, 3, 1)
    assert ids(data) == {"1"}
    assert ids(data, "yangın") == {"1"}
    assert ids(data, "sel OR deprem") == set()


def test_duplicate_ids_over_files_are_one_or_collide(data, tmp_path):
    first = write(tmp_path / "a.jsonl", article("1", "deprem"), article("2", "sel"))
    same = write(tmp_path / "b.jsonl", article("1", "deprem"))
    other = write(tmp_path / "c.jsonl", {"id": "2", "title": "Başka", "body": "yangın"})
    seen = Seen()
    report = run(data, first, same, other, observer=seen)
    assert (report.added, report.unchanged, report.rejected) == (2, 1, 1)
    assert "--id-prefix" in seen.rejects[0].reason
    assert ids(data, "yangın") == set()
    assert run(data, other, id_prefix="c-").added == 1
    assert run(data, other, update=True).changed == 1
    assert ids(data, "yangın") == {"2", "c-2"}
    assert ids(data, "sel") == set()


NASTY = (
    article("1", "sel"),
    article("1", "sel"),
    article("2", "a", url="https://a.example/1"),
    article("2", "b", url="https://a.example/2"),
    article("3", "x"),
    {"id": "4"},
    article("1", "deprem"),
    {"id": "3", "title": "Başka başlık", "body": "y"},
)


@pytest.mark.parametrize("update", [False, True])
def test_a_dry_run_counts_as_the_run_and_writes_nothing(data, tmp_path, update):
    source = write(tmp_path / "a.jsonl", *NASTY)
    dry = run(data, source, dry=True, update=update)
    assert not (data / "archive.db").exists()
    wet = run(data, source, update=update)
    names = ("read", "added", "changed", "unchanged", "rejected")
    assert [getattr(dry, n) for n in names] == [getattr(wet, n) for n in names]
    assert run(data, source, dry=True, update=update).added == 0


def test_the_sum_of_a_report_is_what_was_read(data, tmp_path):
    report = run(data, write(tmp_path / "a.jsonl", *NASTY))
    assert report.read == len(NASTY) == report.added + report.changed + report.unchanged + report.rejected


def test_past_the_rejections_put_up_with_everything_readable_is_kept(data, tmp_path):
    source = write(tmp_path / "a.jsonl", article("1", "deprem"), {"id": "2"}, {"id": "3"}, article("4", "sel"))
    with pytest.raises(TooManyRejects, match="2 records were rejected, more than the 1 allowed"):
        add(data, [source], AddOptions(max_rejects=1, jobs=1))
    assert ids(data) == {"1", "4"}
    assert add(data, [source], AddOptions(max_rejects=2, jobs=1)).rejected == 2


def test_a_source_that_can_t_be_read_keeps_what_came_before(data, tmp_path):
    source = write(tmp_path / "a.jsonl", article("1", "deprem"))
    with pytest.raises(SourceError, match="nowhere"):
        run(data, source, str(tmp_path / "nowhere.jsonl"))
    assert ids(data) == {"1"}


def stored_only(data: Path, *articles: Article) -> None:
    """Into the archive and no further, as if a crash had come between the two commits."""
    with Archive.open(data) as archive, archive.transaction():
        for one in articles:
            archive.store(one, Entities(), origin="crash", entities_fingerprint="")


@pytest.mark.parametrize("how", ["add", "add nothing new", "reindex --if-needed", "reindex"])
def test_what_a_crash_kept_from_the_index_is_caught_up_with(data, tmp_path, how):
    source = write(tmp_path / "a.jsonl", article("1", "deprem"), article("2", "sel"))
    run(data, source)
    stored_only(data, Article("3", "", "yangın"), Article("1", "", "fırtına"))
    assert ids(data, "yangın OR fırtına") == set()
    if how == "add":
        assert run(data, write(tmp_path / "b.jsonl", article("4", "kar"))).indexed == 3
    elif how == "add nothing new":
        assert run(data, write(tmp_path / "b.jsonl", article("2", "sel"))).indexed == 2
    elif how == "reindex":
        assert reindex(data, jobs=1).indexed == 3
    else:
        assert reindex_if_needed(data, jobs=1).indexed == 2
    assert ids(data, "yangın") == {"3"}
    assert ids(data, "fırtına") == {"1"}
    assert ids(data, "deprem") == set()


def test_a_current_index_is_not_built_again(data, tmp_path):
    run(data, write(tmp_path / "a.jsonl", article("1", "deprem")))
    before = search(data).snapshot
    assert reindex_if_needed(data, jobs=1) is None
    assert search(data).snapshot == before


def test_an_unfinished_generation_is_cleared(data, tmp_path):
    run(data, write(tmp_path / "a.jsonl", article("1", "deprem")))
    live = Generations(data).current()
    shutil.copytree(live.path, data / "index" / "000002-20240101T000000")
    (data / "index" / "000002-20240101T000000" / "manifest.json").unlink()
    assert ids(data) == {"1"}
    run(data, write(tmp_path / "b.jsonl", article("2", "sel")))
    assert [g.name for g in Generations(data).all()] == [live.name]
    assert ids(data) == {"1", "2"}


def test_reindex_moves_to_a_new_generation_and_keeps_one_before(data, tmp_path):
    run(data, write(tmp_path / "a.jsonl", article("1", "deprem")))
    engine = SearchEngine.open(data)
    names = [engine.snapshot().generation]
    for _ in range(3):
        assert reindex(data, jobs=1).indexed == 1
        names.append(engine.snapshot().generation)
        assert engine.search(SearchRequest("deprem")).total == 1
    engine.close()
    assert names == sorted(set(names))
    assert [g.name for g in Generations(data).all()] == names[-2:]


class Model:
    """What must be found: the current text of each id."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.words: dict[str, str] = {}

    def check(self) -> None:
        for word in WORDS:
            wanted = {i for i, w in self.words.items() if w == word}
            found = search(self.data, word)
            assert {hit.id for hit in found.hits} == wanted
            counts = {v.value: v.count for v in found.facet("source").values}
            assert counts == ({word: len(wanted)} if wanted else {})
            days = {v.value: v.count for v in search(self.data, word, date="2020-01").facet("date").values}
            assert days.get("2020-01", 0) == sum(int(i) % 2 == 0 for i in wanted)


WORDS = ("deprem", "sel", "yangın", "fırtına")


def test_many_commits_merge_and_keep_everything_right(data, tmp_path):
    """Segments merge with deletions and columns in them; ids are found whatever segment they are in."""
    dice, model = random.Random(3), Model(data)
    for step in range(14):
        batch = {}
        for _ in range(8):
            number = dice.randrange(60)
            batch[str(number)] = dice.choice(WORDS)
        model.words |= batch
        records = (
            article(i, f"{w} " * (1 + int(i) % 3), source=w, date="2020-01-05" if int(i) % 2 == 0 else "2021-02-03")
            for i, w in batch.items()
        )
        run(data, write(tmp_path / "a.jsonl", *records), update=True)
        if step % 5 == 4:
            model.check()
    model.check()
    engine = SearchEngine.open(data)
    leaves = engine._live.view()._leaves
    assert 1 < len(leaves) <= MAX_SEGMENTS + 1
    for i, word in model.words.items():
        assert engine.article(i).body.split()[0] == word
    with pytest.raises(NotFoundError):
        engine.article("999")
    engine.close()
    assert reindex(data, jobs=1).indexed == len(model.words)
    model.check()


def test_every_article_of_a_segment_may_change(data, tmp_path):
    for word in ("deprem", "sel", "yangın"):
        run(data, write(tmp_path / "a.jsonl", *(article(str(i), word) for i in range(5))), update=True)
    assert ids(data, "yangın") == {str(i) for i in range(5)}
    assert search(data, "deprem OR sel").total == 0
    engine = SearchEngine.open(data)
    assert sum(leaf.segment.doc_count for leaf in engine._live.view()._leaves) <= 10
    engine.close()


def test_articles_without_titles_or_without_bodies_alone(data, tmp_path):
    run(data, write(tmp_path / "a.jsonl", {"id": "1", "body": "Yalnız gövde"}))
    run(data, write(tmp_path / "b.jsonl", {"id": "2", "title": "Yalnız başlık"}))
    run(data, write(tmp_path / "c.jsonl", {"id": "3", "title": "...", "body": "!!!"}))
    assert ids(data, "yalnız") == {"1", "2"}
    assert ids(data, "title:yalnız") == {"2"}
    assert ids(data) == {"1", "2", "3"}
    reindex(data, jobs=1)
    assert ids(data, "yalnız") == {"1", "2"}


def test_an_empty_archive_has_an_index(data, tmp_path):
    run(data, write(tmp_path / "a.jsonl"))
    assert search(data, "deprem").total == 0
    assert reindex(data, jobs=1).indexed == 0
    assert search(data).total == 0


def test_ids_of_any_kind_are_found_again(data, tmp_path):
    names = ["1", "a b", "ıİ", "x" * 500, "'\"<>&", "../..", "日本", "💥"]
    run(data, write(tmp_path / "a.jsonl", *(article(name, "deprem") for name in names)))
    run(data, write(tmp_path / "a.jsonl", *(article(name, "sel") for name in names)))
    assert ids(data, "sel") == set(names)
    assert ids(data, "deprem") == set()


def test_a_five_megabyte_body(data, tmp_path):
    body = "uzunbirkelimeuzunbirkelimeuzunbirkelime " * 125_000 + "Sonunda deprem oldu. " + "x" * 200_000
    run(data, write(tmp_path / "a.jsonl", article("büyük", body), article("2", "deprem")))
    found = search(data, '"sonunda deprem"')
    assert [hit.id for hit in found.hits] == ["büyük"]
    assert "deprem" in [s.text for s in found.hits[0].snippet if s.marked]


ALIASES = "Süleyman Demirel\tMorrison Süleyman\nBülent Ecevit\t-\n"


def people(data: Path, **params: str) -> dict[str, int]:
    return {v.value: v.count for v in search(data, **params).facet("person").values}


@pytest.fixture
def with_people(data: Path, tmp_path: Path) -> Path:
    demirel, ecevit = "Süleyman Demirel konuştu.", "Bülent Ecevit konuştu."
    run(data, write(tmp_path / "a.jsonl", article("1", demirel), article("2", ecevit), article("3", demirel + ecevit)))
    assert people(data) == {"Süleyman Demirel": 2, "Bülent Ecevit": 2}
    return data


def test_a_new_version_leaves_none_of_the_old_ones_people_and_countries(with_people, tmp_path):
    body = "Tansu Çiller Fransa'ya gitti."
    run(with_people, write(tmp_path / "b.jsonl", article("1", body), article("3", body)))
    assert people(with_people) == {"Bülent Ecevit": 1, "Tansu Çiller": 2}
    assert {v.value: v.count for v in search(with_people).facet("country").values} == {"FR": 2}
    assert search(with_people, person="Süleyman Demirel").total == 0


def test_aliases_come_into_force_with_reindex_facets(with_people):
    before = search(with_people).snapshot
    (with_people / "people_aliases.tsv").write_text(ALIASES, "utf-8")
    assert people(with_people) == {"Süleyman Demirel": 2, "Bülent Ecevit": 2}
    reindex_facets(with_people)
    assert people(with_people) == {"Morrison Süleyman": 2}
    after = search(with_people).snapshot
    assert (after.generation, after.commit) == (before.generation, before.commit)
    assert after.aliases != before.aliases


def test_aliases_rename_and_hide_in_filters_and_hits_alike(with_people):
    (with_people / "people_aliases.tsv").write_text(ALIASES, "utf-8")
    reindex_facets(with_people)
    assert ids(with_people, person="Morrison Süleyman") == {"1", "3"}
    assert ids(with_people, person="Bülent Ecevit") == set()
    assert ids(with_people, person="unknown") == {"2"}
    assert {hit.id: hit.people for hit in search(with_people).hits} == {
        "1": ("Morrison Süleyman",), "2": (), "3": ("Morrison Süleyman",),
    }  # fmt: skip


def test_an_old_name_still_filters(with_people):
    """Addresses kept from before the alias go on working."""
    (with_people / "people_aliases.tsv").write_text(ALIASES, "utf-8")
    reindex_facets(with_people)
    assert ids(with_people, person="Süleyman Demirel") == {"1", "3"}
    assert ids(with_people, not_person="Süleyman Demirel") == {"2"}
    chosen = [v for v in search(with_people, person="Süleyman Demirel").facet("person").values if v.selected]
    assert [(v.value, v.count) for v in chosen] == [("Morrison Süleyman", 2)]


def test_two_names_of_one_person_count_once_per_article(with_people):
    (with_people / "people_aliases.tsv").write_text("Bülent Ecevit\tSüleyman Demirel\n", "utf-8")
    reindex_facets(with_people)
    assert people(with_people) == {"Süleyman Demirel": 3}
    assert next(h.people for h in search(with_people).hits if h.id == "3") == ("Süleyman Demirel",)


def test_an_open_engine_follows_aliases_commits_and_generations(with_people, tmp_path):
    engine = SearchEngine.open(with_people)
    seen = [str(engine.snapshot())]
    (with_people / "people_aliases.tsv").write_text(ALIASES, "utf-8")
    reindex_facets(with_people)
    seen.append(str(engine.snapshot()))
    run(with_people, write(tmp_path / "b.jsonl", article("4", "Süleyman Demirel")))
    seen.append(str(engine.snapshot()))
    assert engine.search(SearchRequest()).facet("person").values[0].count == 3
    (with_people / "people_aliases.tsv").unlink()
    reindex(with_people, jobs=1)
    seen.append(str(engine.snapshot()))
    assert engine.search(SearchRequest()).facet("person").values[0].value == "Süleyman Demirel"
    assert len(set(seen)) == 4
    engine.close()


@pytest.mark.parametrize(
    "content", [b"tek s\xfctun\tx\n", b"a\tb\tc\n\n# ok\n\t\n", b"\xef\xbb\xbfS\xc3\xbcleyman Demirel\tX Y\n"]
)
def test_a_malformed_alias_file_is_told_and_stops_nothing(with_people, content):
    (with_people / "people_aliases.tsv").write_bytes(content)
    seen = Seen()
    reindex_facets(with_people, seen)
    assert bool(seen.warnings) == (b"Demirel" not in content)
    assert people(with_people)
    assert all("people_aliases.tsv:" in warning for warning in seen.warnings)


@pytest.mark.parametrize("name", ["people_aliases.tsv", "countries_aliases.tsv"])
def test_a_table_of_corrections_that_can_t_be_read_is_named(with_people, name):
    (with_people / name).mkdir()
    with pytest.raises(DataDirectoryError, match=rf"{name} can't be read"):
        reindex_facets(with_people)


def countries(data: Path, **params: str) -> dict[str, int]:
    return {v.value: v.count for v in search(data, **params).facet("country").values}


@pytest.fixture
def with_countries(data: Path, tmp_path: Path) -> Path:
    texts = {
        "1": "Bakan Mısır'a gitti. Almanya da katıldı.",
        "2": "Doktor, Mısır Şurubundan kaçının dedi.",
        "3": "Toplantıda Mısırlı ve Alman heyetler vardı.",
        "4": "Kongo Nehri taştı, Kongo hükümeti yardım istedi.",
    }
    run(data, write(tmp_path / "a.jsonl", *(article(name, text) for name, text in texts.items())))
    assert countries(data) == {"EG": 3, "DE": 2, "CD": 1}
    return data


def correct_countries(data: Path, text: str) -> Seen:
    (data / "countries_aliases.tsv").write_text(text, "utf-8")
    seen = Seen()
    reindex_facets(data, seen)
    return seen


def test_a_country_that_is_none_before_a_word(with_countries):
    """With the word after it, in any form: elsewhere the country stays."""
    before = search(with_countries).snapshot
    correct_countries(with_countries, "Mısır şurubu\t-\nMısır Şurubun\t-\n")
    assert countries(with_countries) == {"EG": 2, "DE": 2, "CD": 1}
    assert ids(with_countries, country="EG") == ids(with_countries, country="Mısır") == {"1", "3"}
    assert ids(with_countries, country="unknown") == {"2"}
    assert next(hit.countries for hit in search(with_countries).hits if hit.id == "2") == ()
    after = search(with_countries).snapshot
    assert (after.generation, after.commit) == (before.generation, before.commit)
    assert after.aliases != before.aliases


def test_a_country_by_one_of_its_words_only(with_countries):
    correct_countries(with_countries, "mısırlı\t-\nAlman\t-\n")
    assert countries(with_countries) == {"EG": 2, "CD": 1, "DE": 1}
    assert ids(with_countries, not_country="DE") == {"2", "3", "4"}


@pytest.mark.parametrize("country", ["CG", "cg", "Congo"])
def test_another_country_is_meant(with_countries, country):
    correct_countries(with_countries, f"Kongo\t{country}\n")
    assert countries(with_countries) == {"EG": 3, "DE": 2, "CG": 1}
    with closing(SearchEngine.open(with_countries)) as engine:
        shown = engine.article("4")
    assert (shown.countries, {m.value for m in shown.mentions}) == (("CG",), {"CG"})


def test_hidden_people_and_countries_are_not_marked_in_the_article(with_people, tmp_path):
    (with_people / "people_aliases.tsv").write_text("Bülent Ecevit\t-\nSüleyman Demirel\tDemirel Süleyman\n", "utf-8")
    correct_countries(with_people, "Fransa\t-\n")
    run(with_people, write(tmp_path / "c.jsonl", article("9", "Süleyman Demirel, Bülent Ecevit, Fransa, İtalya.")))
    with closing(SearchEngine.open(with_people)) as engine:
        shown = engine.article("9")
    assert [(m.surface, m.value) for m in shown.mentions] == [
        ("Süleyman Demirel", "Demirel Süleyman"),
        ("İtalya", "IT"),
    ]


def test_malformed_corrections_of_countries_are_named_and_the_rest_applies(with_countries):
    seen = correct_countries(with_countries, "# ours\nAlman\tAtlantis\nMısır\n\t-\nAlmanya\t-\nx\ty\tz\n")
    assert countries(with_countries) == {"EG": 3, "CD": 1, "DE": 1}
    assert [warning.split(": ")[0] for warning in seen.warnings] == [f"countries_aliases.tsv:{n}" for n in (2, 3, 4, 6)]
    assert "'Atlantis' is not a country" in seen.warnings[0]


def test_a_view_is_named_by_the_commit_that_it_shows(data, tmp_path, monkeypatch):
    """A commit that comes while a view is opened must not lend it its number."""
    run(data, write(tmp_path / "a.jsonl", article("1", "deprem")))
    engine = SearchEngine.open(data)
    opened = type(engine._live)._leaf

    def opened_too_late(self, *arguments):
        leaf = opened(self, *arguments)
        monkeypatch.undo()
        run(data, write(tmp_path / "b.jsonl", article("2", "deprem")))
        return leaf

    monkeypatch.setattr(type(engine._live), "_leaf", opened_too_late)
    first = engine.search(SearchRequest("deprem"))
    second = engine.search(SearchRequest("deprem"))
    engine.close()
    assert (first.total, second.total) == (1, 2)
    assert first.snapshot != second.snapshot

"""`search` and `export`: shapes, runs, exports that can be added again, and refusals."""

from __future__ import annotations

import csv
import io
import itertools
import json
import subprocess
import sys

import pytest
from cli_support import haberara, process, write
from hypothesis import given, settings
from hypothesis import strategies as st

from index.article.facets import FACETS
from search import exporting
from web.cli import search as asking

FACET_KEYS = {"name", "documents", "values", "truncated"}
HIT_KEYS = {
    "id", "title", "url", "source", "category", "published", "score", "people", "countries", "title_segments",
    "snippet",
}  # fmt: skip


@pytest.fixture
def search(sample_data):
    return lambda *arguments, **more: haberara("search", "--data", sample_data, *arguments, **more)


def test_json_has_the_documented_shape(search):
    answer = search("deprem", "--country", "TR", "--limit", "3", "--json").json
    assert set(answer) >= {
        "query", "total", "page", "limit", "took_ms", "hits", "facets", "suggestion", "partial", "snapshot",
    }  # fmt: skip
    assert answer["query"] | {"text": "deprem", "read_as": "deprem", "country": ["TR"]} == answer["query"]
    assert (answer["page"], answer["limit"], len(answer["hits"])) == (1, 3, 3)
    assert all(set(hit) == HIT_KEYS for hit in answer["hits"])
    assert [facet["name"] for facet in answer["facets"]] == [facet.name for facet in FACETS]
    assert all(set(facet) == FACET_KEYS for facet in answer["facets"])
    assert answer["hits"][0]["score"] >= answer["hits"][1]["score"] > 0


def test_segments_join_to_the_title(search):
    for hit in search("deprem", "--json").json["hits"]:
        assert "".join(s["text"] for s in hit["title_segments"]) == hit["title"]
        assert any(s["marked"] for s in hit["title_segments"] + hit["snippet"])


def test_filters_are_said_back_as_they_were_understood(search):
    answer = search("--country", "türkiye", "--not-source", "X", "--from", "1999", "--to", "2000-02", "--json").json
    assert answer["query"]["country"] == ["TR"]
    assert answer["query"]["not_source"] == ["X"]
    assert (answer["query"]["from"], answer["query"]["to"]) == ("1999-01-01", "2000-02-29")


def test_pages_and_order(search):
    first = search("--sort", "oldest", "--limit", "4", "--json").json["hits"]
    second = search("--sort", "oldest", "--limit", "4", "--page", "2", "--json").json["hits"]
    days = [hit["published"][:10] for hit in first + second]
    assert days == sorted(days)
    assert len({hit["id"] for hit in first + second}) == 8


def test_plain_output_shows_total_hits_and_facets(search):
    ran = search("deprem", "--limit", "1")
    assert ran.status == 0
    assert ran.out.startswith(f"{search('deprem', '--json').json['total']} articles for deprem\n")
    assert "country: Türkiye (" in ran.out


def test_nothing_found_is_no_failure(search):
    ran = search("hiçyokböylesöz", "--json")
    assert (ran.status, ran.json["total"], ran.json["hits"]) == (0, 0, [])


REFUSED = [
    (("--country", "XX"), "country: 'XX' is not a known country"),
    (("--not-country", "XX"), "not_country: 'XX'"),
    (("--date", "2024-13"), "date: '2024-13'"),
    (("--date", "2024-03-00"), "date: '2024-03-00'"),
    (("--mentioned", "dün"), "mentioned: 'dün'"),
    (("--from", "2024-02-30"), "from: '2024-02-30'"),
    (("--to", "x"), "to: 'x'"),
    (("--from", "2025", "--to", "2024"), "from: '2025-01-01' is after to"),
    (("x" * 10_000,), "q: '" + "x" * 57 + "...' has 10000 characters, more than 1000"),
    (("kelime " * 100,), "has 100 words, more than 64"),
    (("a*",), "fewer than 2 letters"),
    (("(" * 30 + "a",), "nests deeper"),
    (("--page", "1001"), "beyond result 10000"),
    (("--sort", "date"), "'date' is not one of"),
    (("--match", "some"), "'some' is not one of"),
    (("--limit", "0"), "0 is not in the range"),
    (("--limit", "1001"), "1001 is not in the range"),
    (("--page", "0"), "0 is not in the range"),
    (("--unknown",), "No such option"),
    (("--queries", "x.jsonl"), "--queries and --run go together"),
    (("--run", "x"), "--queries and --run go together"),
    (("one", "two"), "unexpected extra argument"),
]


@pytest.mark.parametrize(("arguments", "said"), REFUSED, ids=lambda v: str(v)[:40])
def test_a_bad_request_is_named_with_status_2(search, arguments, said):
    ran = search(*arguments)
    assert ran.status == 2
    assert said in ran.err
    assert ran.out == ""
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("query", ['"deprem', "(deprem", "deprem)", '"', "»", "title:", "-", "=", "*", "\x00"])
def test_odd_queries_are_read_all_the_same(search, query):
    ran = search("--json", "--", query)
    assert ran.status == 0


def test_stray_bytes_of_an_argument_come_back_as_escapes(sample_data):
    ran = process("search", "--data", sample_data, "--json", "deprem \udcff", "--not-source", "\udcfe")
    assert ran.status == 0, ran.err
    assert ran.json["query"]["text"] == "deprem \udcff"
    assert ran.json["query"]["not_source"] == ["\udcfe"]
    assert "Türkiye" in ran.out
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("command", [("search", "x"), ("export", "x", "--format", "csv")])
def test_without_an_index_the_command_that_makes_one_is_named(tmp_path, command):
    ran = haberara(*command, "--data", tmp_path / "none")
    assert ran.status == 1
    assert "There is no index" in ran.err
    assert "haberara add" in ran.err
    assert not (tmp_path / "none").exists()


def test_data_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "file").write_text("x")
    assert haberara("search", "x", "--data", tmp_path / "file").status == 2


# -- runs


def run(search, tmp_path, *queries, limit=1000):
    source = write(tmp_path / "queries.jsonl", *queries)
    ran = search("--queries", source, "--run", tmp_path / "out.run", "--limit", limit)
    assert ran.status == 0, ran.err
    return [line.split(" ") for line in (tmp_path / "out.run").read_text("utf-8").splitlines()]


def test_a_run_has_six_columns_in_order_of_strictly_falling_scores(search, tmp_path):
    rows = run(
        search,
        tmp_path,
        {"id": "q1", "text": "deprem"},
        {"id": 2, "text": "seçim OR maç"},
        {"id": "q3", "text": "yokböyle"},
    )
    assert all(len(row) == 6 and row[1] == "Q0" and row[5] == "haberara" for row in rows)
    for query in ("q1", "2"):
        mine = [row for row in rows if row[0] == query]
        scores = [float(row[4]) for row in mine]
        assert [int(row[3]) for row in mine] == list(range(1, len(mine) + 1))
        assert all(a > b for a, b in itertools.pairwise(scores))
    assert {row[0] for row in rows} == {"q1", "2"}


def test_a_run_ranks_as_search_does(search, tmp_path):
    rows = run(search, tmp_path, {"id": "q", "text": "deprem"}, limit=5)
    hits = search("deprem", "--limit", "5", "--json").json["hits"]
    assert [row[2] for row in rows] == [hit["id"] for hit in hits]


class Scores:
    """An engine that ranks as it is told."""

    def __init__(self, scores):
        self._scores = scores

    def rank(self, request, limit):
        return [(f"d {i}", score) for i, score in enumerate(self._scores)]


FILTERS = {"date_from": None, "date_to": None, "match": None, "sort": None}
FILTERS |= {prefix + facet.name: () for facet in FACETS for prefix in ("", "not_")}


@settings(max_examples=100, deadline=None)
@given(st.lists(st.floats(0, 100, width=32), min_size=1, max_size=30))
def test_printed_scores_fall_strictly_whatever_the_ties(tmp_path_factory, scores):
    folder = tmp_path_factory.getbasetemp()
    source = write(folder / "q.jsonl", {"id": "q", "text": "x"})
    asking._write_run(Scores(sorted(scores, reverse=True)), source, folder / "r.run", dict(FILTERS), 100)
    rows = [line.split(" ") for line in (folder / "r.run").read_text().splitlines()]
    printed = [float(row[4]) for row in rows]
    assert all(a > b for a, b in itertools.pairwise(printed))
    assert [row[2] for row in rows] == [f"d%20{i}" for i in range(len(scores))]


BAD_QUERIES = [
    "{",
    "[]",
    '"x"',
    "1",
    '{"id": "q"}',
    '{"text": "x"}',
    '{"id": "a b", "text": "x"}',
    '{"id": "q", "text": null}',
    '{"id": [], "text": "x"}',
]


@pytest.mark.parametrize("line", BAD_QUERIES)
def test_a_bad_line_of_queries_is_named_and_keeps_the_older_run(search, tmp_path, line):
    (tmp_path / "q.jsonl").write_text('{"id": "1", "text": "deprem"}\n\n' + line + "\n")
    (tmp_path / "r.run").write_text("older")
    ran = search("--queries", tmp_path / "q.jsonl", "--run", tmp_path / "r.run")
    assert ran.status == 1
    assert "q.jsonl:3" in ran.err
    assert (tmp_path / "r.run").read_text() == "older"


def test_queries_with_line_separators_in_a_text(search, tmp_path):
    rows = run(search, tmp_path, {"id": "q", "text": "deprem\u2028\x0bdepremi\x85"})
    assert rows


@pytest.mark.parametrize(("queries", "said"), [("missing.jsonl", "can't be read"), ("cp1254.jsonl", "is not UTF-8")])
def test_queries_that_can_t_be_read(search, tmp_path, queries, said):
    (tmp_path / "cp1254.jsonl").write_bytes('{"id": "1", "text": "şehir"}'.encode("cp1254"))
    ran = search("--queries", tmp_path / queries, "--run", tmp_path / "r.run")
    assert (ran.status, said in ran.err) == (1, True)
    assert not (tmp_path / "r.run").exists()


def test_a_run_that_can_t_be_written(search, tmp_path):
    source = write(tmp_path / "q.jsonl", {"id": "1", "text": "deprem"})
    ran = search("--queries", source, "--run", tmp_path / "no" / "r.run")
    assert ran.status == 2
    assert "--run: " in ran.err
    assert "can't be written" in ran.err


# -- exports


@pytest.fixture
def export(sample_data):
    return lambda *arguments: haberara("export", "--data", sample_data, *arguments)


def test_jsonl_export_has_all_hits_in_order(export, search):
    rows = export("deprem", "--format", "jsonl").lines
    answer = search("deprem", "--limit", "1000", "--json").json
    assert [row["id"] for row in rows] == [hit["id"] for hit in answer["hits"]]
    assert set(rows[0]) == {
        "id", "title", "body", "date", "source", "url", "category", "people", "countries", "score",
        "haberara_url",
    }  # fmt: skip


def test_an_export_added_again_is_unchanged(export, sample_data, tmp_path, data):
    out = tmp_path / "all.jsonl"
    assert export("--format", "jsonl", "-o", out).status == 0
    again = haberara("add", out, "--data", data, "--jobs", "1", "--json").lines[-1]
    assert (again["added"], again["rejected"]) == (180, 0)
    same = haberara("export", "--data", data, "--format", "jsonl").lines
    theirs = export("--format", "jsonl").lines
    assert {row["id"]: row for row in same} == {row["id"]: row for row in theirs}


def test_an_export_says_where_each_article_is(export):
    row = export("deprem", "--country", "TR", "--format", "jsonl", "--site", "https://haber.example/").lines[0]
    assert row["haberara_url"] == f"https://haber.example/articles/{row['id']}?q=deprem&country=TR"
    ran = export("deprem", "--format", "csv", "--separator", "semicolon")
    assert ran.out.startswith("id;title;date;")


def test_csv_export(export, tmp_path):
    ran = export("deprem", "--country", "TR", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(ran.out)))
    assert list(rows[0]) == list(exporting.FIELDS)
    assert f"{len(rows)} articles exported." in ran.err
    out = tmp_path / "x.csv"
    assert export("deprem", "--format", "csv", "--bom", "-o", out).status == 0
    assert out.read_bytes().startswith("\ufeffid,title".encode())


def test_no_cell_is_a_formula(data, tmp_path):
    evil = ['=HYPERLINK("http://x")', "+1", "-1+1", "@SUM(A1)", '"a","b"\n=1']
    records = [{"id": f"={i}", "title": text, "body": "deprem", "source": text} for i, text in enumerate(evil)]
    assert haberara("add", write(tmp_path / "a.jsonl", *records), "--data", data, "--jobs", "1").status == 0
    rows = list(csv.reader(io.StringIO(haberara("export", "--data", data, "--format", "csv").out)))
    assert len(rows) == len(evil) + 1
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert "'+1" in [row[1] for row in rows]


def test_an_export_that_can_t_be_written(export, tmp_path):
    ran = export("--format", "csv", "-o", tmp_path / "no" / "x.csv")
    assert (ran.status, "--output" in ran.err, "can't be written" in ran.err) == (2, True, True)


def test_export_needs_a_format(export):
    assert export("deprem").status == 2
    assert export("deprem", "--format", "xml").status == 2


def test_an_export_into_a_closed_pipe_ends_quietly(sample_data):
    command = [sys.executable, "-m", "web.cli", "export", "--data", str(sample_data), "--format", "jsonl"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as exporting:
        assert json.loads(exporting.stdout.readline())["id"]
        exporting.stdout.close()
        said = exporting.stderr.read()
    assert b"Traceback" not in said
    assert b"Exception ignored" not in said

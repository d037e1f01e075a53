"""A segment's terms as the table reads them are those that Whoosh's own reader has."""

from __future__ import annotations

import pytest

from index.engines.whoosh import filebytes
from index.engines.whoosh.container import SegmentFiles
from index.engines.whoosh.terms import SAMPLED, TermTable

FIELDS = ("text_lemma", "text_form", "title_form", "id")


@pytest.fixture(params=["pread", "mapped"])
def segment(sample_engine, request, monkeypatch) -> SegmentFiles:
    if request.param == "mapped":
        monkeypatch.delattr(filebytes.os, "pread", raising=False)
    return sample_engine._live.view()._leaves[0].segment._files


@pytest.mark.parametrize("field", FIELDS)
def test_every_term_is_found_where_whoosh_has_it(segment, field):
    table = TermTable(segment)
    reader = segment._reader
    expected = [(term, reader.doc_frequency(field, term)) for term in reader.lexicon(field)]
    assert [(entry.term, entry.documents) for entry in table.span(field)] == expected
    assert all(table.find(field, entry.term) == entry for entry in table.span(field))
    columns = table.columns(field)
    assert [(columns.term(at), int(columns.documents[at])) for at in range(len(columns))] == expected


@pytest.mark.parametrize("field", FIELDS)
def test_beginnings_are_found_across_blocks(segment, field):
    table = TermTable(segment)
    terms = [entry.term for entry in table.span(field)]
    # The first and last of a block and their neighbours, with beginnings of all lengths.
    edges = {at + off for at in range(0, len(terms), SAMPLED) for off in (-1, 0, 1)} & set(range(len(terms)))
    for prefix in {terms[at][:length] for at in edges for length in (0, 1, 3, len(terms[at]))}:
        expected = [other for other in terms if other.startswith(prefix)]
        assert [entry.term for entry in table.span(field, prefix)] == expected


@pytest.mark.parametrize("field", [*FIELDS, "nowhere"])
def test_what_is_not_there_is_not_found(segment, field):
    table = TermTable(segment)
    for term in (b"", b"\x00", b"\xff\xff", b"qqqqqq"):
        assert table.find(field, term) is None
    for prefix in (b"\x00", b"\xff\xff", b"qqqqqq"):
        assert list(table.span(field, prefix)) == []


def test_bytes_past_the_end_are_left_out(tmp_path, monkeypatch):
    path = tmp_path / "file"
    for content in (b"", b"0123456789"):
        path.write_bytes(content)
        files = [filebytes.open_bytes(path)]
        with monkeypatch.context() as patch:
            patch.delattr(filebytes.os, "pread", raising=False)
            files.append(filebytes.open_bytes(path))
        for file in files:
            assert file.read(3, 20) == content[3:20]
            assert file.read(20, 30) == b""

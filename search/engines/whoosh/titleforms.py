"""The forms of all titles of an index. A form keeps its id, so that a commit costs only what is new in it."""

from __future__ import annotations

import threading
from collections.abc import Iterable

import numpy as np

from index.document.schema import TITLE_FORM
from index.engines.whoosh.blocks import Ids
from index.engines.whoosh.termcolumns import Integers
from index.turkish import decode_term
from search.engines.whoosh.segment import Segment
from search.engines.whoosh.vocabulary import WordStarts


class TitleForms:
    """The id of a form never changes. Views of the same generation share one. Safe for threads."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self._form_ids: dict[bytes, int] = {}
        self._starts = WordStarts()
        self._segments: dict[str, tuple[Ids, Ids]] = {}
        self._lock = threading.Lock()

    def counts(self, segments: Iterable[Segment]) -> Integers:
        """In how many titles each form is, deleted ones included."""
        with self._lock:
            read = {segment.key: self._segments.get(segment.key) or self._read(segment) for segment in segments}
            self._segments = read
            counts = np.zeros(len(self.names), dtype=np.int64)
        for form_ids, documents in read.values():
            counts[form_ids] += documents  # a segment has a form once
        return counts

    def beginning(self, text: str) -> Integers:
        """The ids of the forms that begin so."""
        return self._starts.find(self.names, text)

    def _read(self, segment: Segment) -> tuple[Ids, Ids]:
        table = segment.terms(TITLE_FORM.name)
        return np.array([self._form_id(table.term(at)) for at in range(len(table))], dtype=np.uint32), table.documents

    def _form_id(self, term: bytes) -> int:
        form_id = self._form_ids.setdefault(term, len(self.names))
        if form_id == len(self.names):
            self.names.append(decode_term(term.decode("utf-8")))
        return form_id

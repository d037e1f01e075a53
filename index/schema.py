"""The fields of an index, and the fingerprint of everything that shaped it.

A reader compares fingerprints before it opens anything else: an index that another schema, analyzer or set of entity
rules built is refused with the command that mends it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

SCHEMA_VERSION = 1
"""Raise it when fields, columns, stored values or their encodings change."""


@dataclass(frozen=True, slots=True)
class TextField:
    """One indexed field: the lemmas or the surface forms of the title or of the body.

    Lemmas are what a search matches; forms serve exact search and carry a small weight in ranking, so that the article
    with the very form that was typed comes first.
    """

    name: str
    part: str
    kind: str


TITLE_LEMMA = TextField("title_lemma", "title", "lemma")
TITLE_FORM = TextField("title_form", "title", "form")
BODY_LEMMA = TextField("body_lemma", "body", "lemma")
BODY_FORM = TextField("body_form", "body", "form")
TEXT_FIELDS: tuple[TextField, ...] = (TITLE_LEMMA, TITLE_FORM, BODY_LEMMA, BODY_FORM)

LEMMA_FIELDS: tuple[TextField, ...] = (TITLE_LEMMA, BODY_LEMMA)
FORM_FIELDS: tuple[TextField, ...] = (TITLE_FORM, BODY_FORM)


def digest(*parts: str) -> str:
    """A short fingerprint of some texts, the same on every machine."""
    return hashlib.sha256("\x00".join(parts).encode("utf-8")).hexdigest()[:12]


def schema_fingerprint(engine: str) -> str:
    """The fingerprint of the fields and their encodings on one engine."""
    return digest(str(SCHEMA_VERSION), engine, *(f"{f.name}:{f.part}:{f.kind}" for f in TEXT_FIELDS))

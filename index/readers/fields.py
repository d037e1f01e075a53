"""Knows which names in a source mean which field of an article."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping

ALIASES: dict[str, tuple[str, ...]] = {
    "id": ("id", "haber_id", "article_id", "news_id", "doc_id", "uuid", "guid", "kimlik"),
    "title": ("title", "headline", "baslik", "haber_basligi", "haber_baslik", "manset"),
    # A spot or summary comes last: it is a body only where there is no other.
    "body": (
        *("body", "text", "content", "article_body", "full_text", "main_text", "content_text", "article", "story"),
        *("icerik", "metin", "govde", "haber_metni", "haber_icerik", "haber_icerigi", "haber_detay", "haber", "detay"),
        *("description", "summary", "spot", "ozet"),
    ),
    "date": (
        *("date", "published", "published_at", "pub_date", "publish_date", "publication_date", "date_published"),
        *("published_date", "tarih", "yayin_tarihi", "yayinlanma_tarihi", "haber_tarihi", "datetime", "timestamp"),
        *("created_at", "created", "zaman"),
    ),
    "source": (
        *("source", "publisher", "newspaper", "kaynak", "gazete", "site", "site_name", "outlet", "yayinci", "ajans"),
        *("domain", "source_name"),
    ),
    "url": ("url", "link", "href", "adres", "permalink", "canonical_url", "baglanti", "source_url"),
    "category": ("category", "section", "kategori", "bolum", "article_section", "kategori_adi", "konu", "topic"),
}
"""For each field of ours the names that mean it, best first; compared without case, accents and punctuation."""

# Dotted and dotless i count as one letter in names, since exports write BASLIK, Başlık and BAŞLİK.
_TO_PLAIN = str.maketrans({"ı": "i", "İ": "i", "I": "i"})


def plain_name(name: str) -> str:
    """A name reduced for comparing: `Yayın Tarihi`, `yayin_tarihi` and `YAYINTARIHI` all give `yayintarihi`."""
    decomposed = unicodedata.normalize("NFKD", name.translate(_TO_PLAIN)).lower()
    return "".join(letter for letter in decomposed if letter.isalnum())


_RANK = {plain_name(alias): (field, rank) for field, aliases in ALIASES.items() for rank, alias in enumerate(aliases)}


def names_by_field(names: Iterable[str], mapping: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """For each field of ours the names in the source that hold it, best first.

    A mapped field is read only from the name it is mapped to, and that name is read as no other field.
    """
    taken = set(mapping.values())
    found: dict[str, list[tuple[int, str]]] = {}
    known = []
    for name in names:
        known.append(name)
        field, rank = _RANK.get(plain_name(name), ("", 0))
        if field and field not in mapping and name not in taken:
            found.setdefault(field, []).append((rank, name))
    chosen = {field: tuple(name for _, name in sorted(ranked)) for field, ranked in found.items()}
    return chosen | {field: (name,) for field, name in mapping.items() if name in known}


def recognised_names() -> str:
    """The names by which a title and a body are recognised, for a message."""
    return f"title: {', '.join(ALIASES['title'])}; body: {', '.join(ALIASES['body'])}"

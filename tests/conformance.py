"""A small archive for the engine-independent suite: what is in each article is known to the letter.

People, countries and dates are given, not found: this is about engines, not about extraction.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from index.archive import Archive
from index.article import Article, Entities, Kind, Mention, Publication
from index.entities import fingerprint


@dataclass(frozen=True)
class Given:
    article: Article
    entities: Entities


def given(
    article_id: str,
    title: str,
    body: str,
    day: str = "",
    source: str | None = None,
    category: str | None = None,
    people: tuple[str, ...] = (),
    countries: tuple[str, ...] = (),
    dates: tuple[str, ...] = (),
    organisations: tuple[str, ...] = (),
) -> Given:
    published = Publication.from_iso(day) if day else None
    found = [(Kind.PERSON, v) for v in people] + [(Kind.COUNTRY, v) for v in countries]
    found += [(Kind.DATE, v) for v in dates] + [(Kind.ORGANISATION, v) for v in organisations]
    text, field = (body, "body") if body else (title, "title")
    # Where a mention stands is of no matter here: one letter each, in order.
    mentions = tuple(Mention(field, i, i + 1, kind, text[i], value) for i, (kind, value) in enumerate(found))
    return Given(Article(article_id, title, body, published, source, None, category), Entities(mentions))


WRITTEN = (
    given("deprem1", "Gece depremi", "Depremde evler yıkıldı. Okullar kapandı.", "1999-08-17", "Sabah", "afet",
          ("Ali Kaya",), ("TR",), ("1999-08-17",), ("Kızılay",)),
    given("deprem2", "Atina depremi", "Komşuda deprem oldu, yardım ekipleri gitti.", "1999-09-07", "Akşam", "afet",
          ("Ali Kaya", "Veli Taş"), ("GR", "TR"), ("1999-09",)),
    given("deprem3", "Bilim insanları", "Yeni bir deprem beklenmiyor.", "2005-01-01", "Sabah", "bilim",
          ("Ayşe Gül",), (), ("2030", "1999-08-17")),
    given("secim1", "Seçim sonuçları", "Sandıklar açıldı, sonuçlar belli oldu.", "2002-11-03", "Sabah", "politika",
          ("Veli Taş",), ("TR",), ("2002-11-03",)),
    given("secim2", "Yerel seçim", "Seçime katılım yüksek.", "2004-03-28", "Akşam", "politika", (), ("TR",), ("2004",)),
    given("secim3", "Almanya seçime gidiyor", "Seçim kampanyası sürüyor.", "2005-09-18T10:00:00+03:00", "Akşam",
          "dünya", ("Hans Meyer",), ("DE",)),
    given("kar1", "Yoğun kar", "Kar yağışı yolları kapattı.", "2012-01-30", "Sabah", "hava"),
    given("kar2", "Bankanın kârı", "Bu yıl kâr arttı.", "2012-02-29", "Akşam", "ekonomi", (), ("TR",), ("2012",)),
    given("oldu", "Ne oldu", "Maç berabere oldu.", "2010-05-16", None, "spor"),
    given("oldu2", "Usta öldü", "Usta yazar dün öldü.", "2010-05-16", None, "kültür"),
    given("ikili", "Ziyaret", "Bakanlar ikili ilişkileri konuştu.", "2020-12-31", "Sabah", "dünya",
          ("Ayşe Gül", "Hans Meyer"), ("DE", "TR")),
    given("iliski", "Görüşme", "İlişkiler ele alındı. İkili sonra ayrıldı.", "2021-01-01", "Sabah", "dünya",
          (), ("TR",)),
    given("sinir", "Sınır kapısı", "Kapı açıldı.", "2021-01-01", "Akşam", "dünya", (), ("GR",)),
    given("baslik", "Yalnız başlık", "", "2022-06-15", "Sabah"),
    given("govde", "", "Yalnız gövde var burada.", "2022-06-15", "Akşam"),
    given("tarihsiz1", "Eski bir yazı", "Kitap okumak üzerine.", "", "Sabah", "kültür", ("Ayşe Gül",)),
    given("tarihsiz2", "Kitaplar", "Kitabı okudum. Kitabın kapağı kırmızı.", "", None, None),
    given("bakan", "Bakanı konuştu", "Adalet Bakanı konuştu. Bakanlar toplandı.", "2015-07-01", "Sabah", "politika"),
    given("bakis", "Bakış açısı", "Denize bakan evler pahalı.", "2015-07-02", "Akşam", "yaşam"),
    given("tire", "Gine-Bissau'da darbe", "Gine-Bissau'da ordu yönetime el koydu.", "2012-04-12", "Sabah", "dünya",
          (), ("GW",)),
    given("sayi", "5,9 büyüklüğünde", "Sarsıntı 5,9 ölçüldü, 1.500 kişi dışarıda.", "2003-05-01", "Sabah", "afet"),
)  # fmt: skip

FILLERS = tuple(
    given(
        f"dolgu{i:02}",
        f"Dolgu {i}",
        "Dolgu metni. " * (1 + i % 4) + ("Meyve ve sebze." if i % 2 else "Meyve pazarı."),
        f"2023-{1 + i % 12:02}-{10 + i % 5}",
        ("Kuzey", "Güney", "Doğu")[i % 3],
        ("tarım", "pazar")[i % 2],
        (f"Kişi {chr(65 + i % 12)}", "Ortak Kişi"),
        (("FR", "IT"), ("FR",))[i % 2],
        (f"2023-{1 + i % 12:02}",),
    )
    for i in range(24)
)

ARCHIVE = WRITTEN + FILLERS


def store(data: Path, items: tuple[Given, ...] = ARCHIVE) -> None:
    """Put the articles into an archive."""
    with Archive.open(data) as archive, archive.transaction():
        for item in items:
            archive.store(item.article, item.entities, origin="test", entities_fingerprint=fingerprint())

"""What every engine must do alike. A second engine joins by one more entry in `ENGINES`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conformance import ARCHIVE, FILLERS, store
from conftest import give_lemmas, take_lemmas

from index.building import reindex
from index.engines.choice import WHOOSH, EngineChoice
from index.errors import NotFoundError, RequestError
from search.facets import FacetListing
from search.request import SearchRequest
from search.results import SearchResults
from search.service import SearchEngine

NAMES = frozenset(item.article.id for item in ARCHIVE)
DOLGU = frozenset(item.article.id for item in FILLERS)


ENGINES: dict[str, Callable[..., EngineChoice]] = {
    "whoosh": lambda request: WHOOSH,
    "opensearch": lambda request: request.getfixturevalue("cluster")(shards=2),
    "opensearch-yearly": lambda request: request.getfixturevalue("cluster")(yearly=True),
}


MARKS = {"whoosh": (), "opensearch": ("opensearch",), "opensearch-yearly": ("opensearch", "heavy")}
"""Years on the cluster are held by `test_opensearch_years.py` too, so that they may be left for the whole run."""


@pytest.fixture(
    scope="module",
    params=[pytest.param(name, marks=[getattr(pytest.mark, mark) for mark in MARKS[name]]) for name in ENGINES],
)
def engine(request, tmp_path_factory, lemma_store: Path) -> Iterator[SearchEngine]:
    data = tmp_path_factory.mktemp("conformance") / "data"
    choice = ENGINES[request.param](request)
    give_lemmas(lemma_store, data)
    store(data)
    reindex(data, engine=choice, jobs=1)
    made = SearchEngine.open(data, choice)
    yield made
    made.close()
    take_lemmas(lemma_store, data)


def search(engine: SearchEngine, q: str = "", **params: str | list[str]) -> SearchResults:
    lists = {name.rstrip("_"): [v] if isinstance(v, str) else v for name, v in params.items()}
    return engine.search(SearchRequest.from_params({"limit": ["100"], "match": ["all"], "q": [q], **lists}))


def ids(results: SearchResults) -> list[str]:
    return [hit.id for hit in results.hits]


def numbers(*which: int) -> set[str]:
    return {f"dolgu{i:02}" for i in which}


QUERIES = {
    "": NAMES,
    "deprem": {"deprem1", "deprem2", "deprem3"},
    "DEPREM": {"deprem1", "deprem2", "deprem3"},
    "depremlerden": {"deprem1", "deprem2", "deprem3"},
    "ev": {"deprem1", "bakis"},
    "evlerin": {"deprem1", "bakis"},
    "seçim": {"secim1", "secim2", "secim3"},
    "SEÇİM": {"secim1", "secim2", "secim3"},
    "secim": {"secim1", "secim2", "secim3"},
    "secimlerde": {"secim1", "secim2", "secim3"},
    "kitap": {"tarihsiz1", "tarihsiz2"},
    "kitabım": {"tarihsiz1", "tarihsiz2"},
    "kâr": {"kar2"},
    "kar": {"kar1", "kar2"},
    "kar yağışı": {"kar1"},
    "öldü": {"oldu2"},
    "okul": {"deprem1"},
    "hiçolmayansözcük": set(),
    "deprem ev": {"deprem1"},
    "deprem yardım": {"deprem2"},
    "deprem seçim": set(),
    "deprem AND yardım": {"deprem2"},
    "deprem VE yardım": {"deprem2"},
    "deprem OR seçim": {"deprem1", "deprem2", "deprem3", "secim1", "secim2", "secim3"},
    "deprem VEYA kitap": {"deprem1", "deprem2", "deprem3", "tarihsiz1", "tarihsiz2"},
    "okul|kitap": {"deprem1", "tarihsiz1", "tarihsiz2"},
    "deprem -ev": {"deprem2", "deprem3"},
    "deprem NOT yardım": {"deprem1", "deprem3"},
    "deprem DEĞİL (ev OR yardım)": {"deprem3"},
    "(deprem OR seçim) -yardım -sonuç": {"deprem1", "deprem3", "secim2", "secim3"},
    "(deprem ev) OR (seçim sonuç)": {"deprem1", "secim1"},
    "deprem ev OR seçim sonuç": {"deprem1", "secim1"},
    "-dolgu": NAMES - DOLGU,
    "-dolgu -deprem -seçim": NAMES - DOLGU - {"deprem1", "deprem2", "deprem3", "secim1", "secim2", "secim3"},
    "-hiçolmayansözcük": NAMES,
    "deprem OR -dolgu": NAMES - DOLGU,
    '"ikili ilişkiler"': {"ikili"},
    '"İKİLİ İLİŞKİLERİ"': {"ikili"},
    "ikili ilişki": {"ikili", "iliski"},
    '"ilişkiler ikili"': set(),
    '"sonuçlar belli"': {"secim1"},
    '"bakanlar toplandı"': {"bakan"},
    '"yoğun kar yağışı"': set(),
    '"kar kar"': set(),
    '"kapısı kapı"': set(),
    '"deprem evler"': {"deprem1"},
    '"depremi depremde"': set(),
    "=Bakanı": {"bakan"},
    "=bakanı": {"bakan"},
    "=bakan": {"bakis"},
    "=depremde": {"deprem1"},
    '="Adalet Bakanı"': {"bakan"},
    '="Adalet Bakan"': set(),
    "-=depremde deprem": {"deprem2", "deprem3"},
    "dep*": {"deprem1", "deprem2", "deprem3"},
    "seç*": {"secim1", "secim2", "secim3"},
    "sec*": {"secim1", "secim2", "secim3"},
    "sinir*": {"sinir"},
    "zzzz*": set(),
    "dep* -ev": {"deprem2", "deprem3"},
    "title:deprem": {"deprem1", "deprem2"},
    "başlık:seçim": {"secim1", "secim2", "secim3"},
    "title:kampanya": set(),
    "deprem -title:deprem": {"deprem3"},
    'title:"seçim sonucu"': {"secim1"},
    "title:(deprem OR kar) -bilim": {"deprem1", "deprem2", "kar1", "kar2"},
    "title:=kârı": {"kar2"},
    "title:dep*": {"deprem1", "deprem2"},
    "Gine-Bissau": {"tire"},
    "gine bissau": {"tire"},
    "bissau-gine": set(),
    "5,9": {"sayi"},
    "1.500": {"sayi"},
    "yalnız": {"baslik", "govde"},
    "gövde": {"govde"},
    '"ikili iliş': set(),
    '"ikili ilişkiler': {"ikili"},
    "(deprem": {"deprem1", "deprem2", "deprem3"},
    "deprem)": {"deprem1", "deprem2", "deprem3"},
    "meyve sebze": {f"dolgu{i:02}" for i in range(1, 24, 2)},
    "meyve -sebze": {f"dolgu{i:02}" for i in range(0, 24, 2)},
    # near one another: at most so many other words between, in any order
    '"ilişkiler ikili"~1': {"ikili"},
    '"ilişkiler ikili"~2': {"ikili", "iliski"},
    '"evler kapandı"~1': set(),
    '"evler kapandı"~2': {"deprem1"},
    '"kapandı okullar evler"~1': {"deprem1"},
    '"kapandı okullar evler"~': {"deprem1"},
    '"kitap kitap"~5': {"tarihsiz2"},
    '"kitap kitap kitap"~15': set(),
    '"deprem deprem"~15': set(),
    '"gece yıkıldı"~15': set(),
    '"kar yolları"~1': {"kar1"},
    '="ev Denize"~3': set(),
    '="evler Denize"~3': {"bakis"},
    'title:"gidiyor almanya"~1': {"secim3"},
    'title:"kampanya seçim"~5': set(),
    '-"ilişkiler ikili"~2 görüşme OR -dolgu "ilişki ikili"~9': {"ikili", "iliski"},
    # spelled almost so
    "deprme~": {"deprem1", "deprem2", "deprem3"},
    "depren~1": {"deprem2", "deprem3"},
    "secmi~": {"secim1", "secim2", "secim3"},
    "sandiklr~1": {"secim1"},
    "sandklr~1": set(),
    "sandklr~2": {"secim1"},
    "kirmzi~": {"tarihsiz2"},
    "title:depremo~": {"deprem1", "deprem2"},
    "-depren~1 deprem": {"deprem1"},
    "zzzzzz~2": set(),
    # fields
    'kişi:"Ali Kaya"': {"deprem1", "deprem2"},
    "kişi:kaya": {"deprem1", "deprem2"},
    "kişi:KAYA": {"deprem1", "deprem2"},
    "kisi:kay": set(),
    "kisi:kay*": {"deprem1", "deprem2"},
    "person:meyer deprem": set(),
    "deprem -kişi:kaya": {"deprem3"},
    "kişi:(Kaya OR Meyer)": {"deprem1", "deprem2", "secim3", "ikili"},
    "kişi:(Kaya Taş)": {"deprem2"},
    'kişi:"Hiç Kimse"': set(),
    "-kişi:Kimse kar": {"kar1", "kar2"},
    "ülke:Yunanistan": {"deprem2", "sinir"},
    "ulke:gr": {"deprem2", "sinir"},
    "country:Greece -deprem": {"sinir"},
    "ülke:yun*": {"deprem2", "sinir"},
    "ülke:(DE OR GR) -seçim": {"deprem2", "sinir", "ikili"},
    "ülke:Atlantis": set(),
    "ülke:unknown deprem": {"deprem3"},
    "kaynak:Sabah deprem": {"deprem1", "deprem3"},
    "kaynak:SABAH deprem": {"deprem1", "deprem3"},
    "source:akşam seçim": {"secim2", "secim3"},
    "kategori:afet": {"deprem1", "deprem2", "sayi"},
    "category:afet OR kategori:bilim": {"deprem1", "deprem2", "deprem3", "sayi"},
    "kurum:Kızılay": {"deprem1"},
    "organisation:kizil*": {"deprem1"},
    "anılan:1999-08": {"deprem1", "deprem3"},
    "tarih:1999": {"deprem1", "deprem2"},
    "tarih:1999-09": {"deprem2"},
    "tarih:17.8.1999": {"deprem1"},
    "tarih:1999-08..1999-09": {"deprem1", "deprem2"},
    "tarih:>1999-08-17 tarih:<2003": {"deprem2", "secim1"},
    "tarih:>=1999-08-17 tarih:<=2002": {"deprem1", "deprem2", "secim1"},
    "tarih:..1999-08": {"deprem1"},
    "tarih:2023-12..": numbers(11, 23),
    "-tarih:1999 deprem": {"deprem3"},
    "(tarih:1999 OR tarih:2002) -deprem": {"secim1"},
    "tarih:unknown": {"tarihsiz1", "tarihsiz2"},
    "tarih:tarihsiz okumak": {"tarihsiz1", "tarihsiz2"},
    "tarih:dün": set(),
    "kişi:Kaya ülke:GR tarih:1999 kaynak:Akşam": {"deprem2"},
    "title:(kişi:Kaya deprem)": {"deprem1", "deprem2"},
}


@pytest.mark.parametrize("q", QUERIES)
def test_query(engine, q):
    results = search(engine, q)
    assert set(ids(results)) == QUERIES[q]
    assert results.total == len(QUERIES[q])


FILTERS = [
    ({"source": "Kuzey"}, numbers(*range(0, 24, 3))),
    ({"source": ["Kuzey", "Doğu"]}, DOLGU - numbers(*range(1, 24, 3))),
    ({"source": "kuzey"}, set()),
    ({"source": "unknown"}, {"oldu", "oldu2", "tarihsiz2"}),
    ({"source": ["unknown", "Kuzey"], "category": "spor"}, {"oldu"}),
    ({"category": "afet"}, {"deprem1", "deprem2", "sayi"}),
    ({"category": "afet", "source": "Sabah"}, {"deprem1", "sayi"}),
    ({"category": "unknown"}, {"baslik", "govde", "tarihsiz2"}),
    ({"country": "GR"}, {"deprem2", "sinir"}),
    ({"country": ["GR", "DE"]}, {"deprem2", "sinir", "secim3", "ikili"}),
    ({"country": "yunanistan"}, {"deprem2", "sinir"}),
    ({"country": "IT", "source": "Kuzey"}, numbers(0, 6, 12, 18)),
    ({"country": "JP"}, set()),
    ({"person": "Ali Kaya"}, {"deprem1", "deprem2"}),
    ({"person": ["Ali Kaya", "Hans Meyer"]}, {"deprem1", "deprem2", "secim3", "ikili"}),
    ({"person": "Ali Kaya", "country": "GR"}, {"deprem2"}),
    ({"person": "Kişi A"}, numbers(0, 12)),
    ({"person": "Hiç Kimse"}, set()),
    ({"organisation": "Kızılay"}, {"deprem1"}),
    ({"date": "1999"}, {"deprem1", "deprem2"}),
    ({"date": "1999-09"}, {"deprem2"}),
    ({"date": ["1999-08-17", "2002"]}, {"deprem1", "secim1"}),
    ({"date": "2012-02-29"}, {"kar2"}),
    ({"date": "unknown"}, {"tarihsiz1", "tarihsiz2"}),
    ({"date": ["unknown", "1999"]}, {"tarihsiz1", "tarihsiz2", "deprem1", "deprem2"}),
    ({"date": "1950"}, set()),
    ({"mentioned": "1999"}, {"deprem1", "deprem2", "deprem3"}),
    ({"mentioned": "1999-08"}, {"deprem1", "deprem3"}),
    ({"mentioned": "1999-08-17"}, {"deprem1", "deprem3"}),
    ({"mentioned": ["2004", "2012"]}, {"secim2", "kar2"}),
    ({"mentioned": "2023-01"}, numbers(0, 12)),
    ({"from": "2021-01-01", "to": "2022"}, {"iliski", "sinir", "baslik", "govde"}),
    ({"from": "2020-12-31", "to": "2020-12-31"}, {"ikili"}),
    ({"to": "1999-08"}, {"deprem1"}),
    ({"from": "2023-12"}, numbers(11, 23)),
    ({"from": "2005-09-18", "to": "2005-09-18"}, {"secim3"}),
    ({"date": "1999", "from": "1999-09-01"}, {"deprem2"}),
    ({"not_source": ["Kuzey", "Güney", "Doğu", "Sabah", "unknown"], "not_category": "dünya"},
     {"deprem2", "secim2", "kar2", "govde", "bakis"}),
    ({"not_country": "TR", "category": "dünya"}, {"secim3", "sinir", "tire"}),
    ({"not_person": "unknown", "category": "politika"}, {"secim1"}),
    ({"not_date": "2023", "not_country": "unknown"},
     {"deprem1", "deprem2", "secim1", "secim2", "secim3", "kar2", "ikili", "iliski", "sinir", "tire"}),
    ({"not_date": ["unknown", "2023"], "source": "unknown"}, {"oldu", "oldu2"}),
    ({"q": "deprem", "category": "afet", "not_country": "GR"}, {"deprem1"}),
    ({"q": "deprem OR seçim", "country": "TR", "person": "Veli Taş"}, {"deprem2", "secim1"}),
    ({"q": "deprem seçim ev", "match": "any"},
     {"deprem1", "deprem2", "deprem3", "secim1", "secim2", "secim3", "bakis"}),
    ({"q": "deprem seçim -ev", "match": "any"}, {"deprem2", "deprem3", "secim1", "secim2", "secim3"}),
    ({"q": '"ikili ilişkiler" deprem', "match": "any"}, {"ikili", "deprem1", "deprem2", "deprem3"}),
]  # fmt: skip


def shown(value: object) -> str:
    """The start of a value, sets in order: a test is called the same in each process."""
    return (f"{{{str(sorted(value))[1:-1]}}}" if value and isinstance(value, (set, frozenset)) else str(value))[:60]


@pytest.mark.parametrize(("params", "found"), FILTERS, ids=shown)
def test_filter(engine, params, found):
    results = search(engine, **params)
    assert set(ids(results)) == set(found)
    assert results.total == len(found)


FACET_CASES = [
    ({}, "source", [("Sabah", 11), ("Doğu", 8), ("Güney", 8), ("Kuzey", 8), ("Akşam", 7)], 42),
    ({"q": "deprem"}, "source", [("Sabah", 2), ("Akşam", 1)], 3),
    ({"source": "Kuzey"}, "category", [("pazar", 4), ("tarım", 4)], 8),
    ({"source": "Kuzey", "category": "tarım"}, "source", [("Doğu", 4), ("Güney", 4), ("Kuzey", 4)], 12),
    ({"source": "Kuzey", "category": "tarım"}, "category", [("pazar", 4), ("tarım", 4)], 8),
    ({"country": "GR"}, "country", [("FR", 24), ("IT", 12), ("TR", 7), ("DE", 2), ("GR", 2), ("GW", 1)], 34),
    ({"country": "GR", "source": "Akşam"}, "country", [("TR", 3), ("GR", 2), ("DE", 1)], 5),
    ({"q": "deprem"}, "person", [("Ali Kaya", 2), ("Ayşe Gül", 1), ("Veli Taş", 1)], 3),
    ({"q": "deprem", "person": "Hans Meyer"}, "person",
     [("Ali Kaya", 2), ("Ayşe Gül", 1), ("Veli Taş", 1), ("Hans Meyer", 0)], 3),
    ({"q": "deprem", "person": "unknown"}, "person",
     [("Ali Kaya", 2), ("Ayşe Gül", 1), ("Veli Taş", 1), ("unknown", 0)], 3),
    ({"q": "seçim", "person": "unknown"}, "person", [("Hans Meyer", 1), ("Veli Taş", 1), ("unknown", 1)], 2),
    ({"q": "seçim", "source": "unknown"}, "source", [("Akşam", 2), ("Sabah", 1), ("unknown", 0)], 3),
    ({"not_source": ["Sabah", "Akşam", "unknown"]}, "source", [("Doğu", 8), ("Güney", 8), ("Kuzey", 8)], 24),
    ({"q": "deprem"}, "organisation", [("Kızılay", 1)], 1),
    ({"q": "hiçolmayansözcük"}, "source", [], 0),
    ({"q": "hiçolmayansözcük", "source": "Sabah"}, "source", [("Sabah", 0)], 0),
    ({"q": "deprem"}, "date", [("2005", 1), ("1999", 2)], 3),
    ({"q": "deprem", "date": "1999"}, "date", [("2005", 1), ("1999", 2), ("1999-09", 1), ("1999-08", 1)], 3),
    ({"q": "deprem", "date": "1999-08"}, "date",
     [("2005", 1), ("1999", 2), ("1999-09", 1), ("1999-08", 1), ("1999-08-17", 1)], 3),
    ({"q": "deprem", "date": "1999-08-17"}, "date",
     [("2005", 1), ("1999", 2), ("1999-09", 1), ("1999-08", 1), ("1999-08-17", 1)], 3),
    ({"q": "deprem", "date": "1950"}, "date", [("2005", 1), ("1999", 2), ("1950", 0)], 3),
    ({"q": "kitap"}, "date", [("unknown", 2)], 0),
    ({"q": "kitap OR okul", "date": "unknown"}, "date", [("1999", 1), ("unknown", 2)], 1),
    ({"q": "deprem", "from": "2000"}, "date", [("2005", 1)], 1),
    ({"q": "deprem"}, "mentioned", [("2030", 1), ("1999", 3)], 3),
    ({"q": "deprem", "mentioned": "1999"}, "mentioned",
     [("2030", 1), ("1999", 3), ("1999-09", 1), ("1999-08", 2)], 3),
    ({"q": "deprem", "mentioned": "2030", "country": "GR"}, "mentioned", [("1999", 1), ("2030", 0)], 1),
]  # fmt: skip


@pytest.mark.parametrize(("params", "name", "values", "documents"), FACET_CASES, ids=lambda v: str(v)[:50])
def test_facet(engine, params, name, values, documents):
    facet = search(engine, **params).facet(name)
    assert [(v.value, v.count) for v in facet.values] == values
    assert facet.documents == documents
    assert not facet.truncated


def test_more_values_than_are_listed(engine):
    facet = search(engine, "dolgu", person="Kişi L").facet("person")
    assert facet.truncated
    assert [v.value for v in facet.values] == ["Ortak Kişi", *(f"Kişi {c}" for c in "ABCDEFGHI"), "Kişi L"]
    assert [v.count for v in facet.values] == [24] + [2] * 10
    assert [v.value for v in facet.values if v.selected] == ["Kişi L"]


def test_more_values_on_demand(engine):
    facet = engine.facet(SearchRequest("dolgu"), "person")
    assert len(facet.values) == 13
    assert not facet.truncated


@pytest.mark.parametrize(
    ("prefix", "values"),
    [("kisi a", {"Kişi A"}), ("KİŞİ B", {"Kişi B"}), ("gul", {"Ayşe Gül"}), ("ayşe", {"Ayşe Gül"}), ("x", set())],
)
def test_values_by_prefix(engine, prefix, values):
    assert {v.value for v in engine.facet(SearchRequest(), "person", FacetListing(prefix=prefix)).values} == values


def test_values_of_equal_count_stand_in_turkish_order(engine):
    listed = [v.value for v in engine.facet(SearchRequest("-dolgu"), "category").values if v.count == 1]
    assert listed == ["bilim", "ekonomi", "hava", "spor", "yaşam"]


def test_labels_are_for_people(engine):
    results = search(engine, country="DE", date="2005-09", source="unknown")
    labels = {v.value: v.label for facet in results.facets for v in facet.values}
    assert labels["DE"] == "Almanya"
    assert labels["2005-09"] == "Eylül 2005"
    assert labels["unknown"] == "Belirtilmemiş"


@pytest.mark.parametrize("sort", ["relevance", "fresh", "newest", "oldest"])
@pytest.mark.parametrize("limit", [1, 7, 20, 100])
def test_pages_together_are_all_hits_once_and_in_order(engine, sort, limit):
    whole = ids(search(engine, sort=sort))
    pages = range(1, len(whole) // limit + 2)
    parts = [ids(search(engine, sort=sort, limit=str(limit), page=str(page))) for page in pages]
    assert [one for part in parts for one in part] == whole
    assert set(whole) == NAMES


def test_a_page_past_the_end_is_empty_and_keeps_the_total(engine):
    results = search(engine, "deprem", page="5", limit="10")
    assert (ids(results), results.total) == ([], 3)


def test_newest_first_with_undated_last(engine):
    found = search(engine, "-dolgu", sort="newest")
    assert ids(found)[:4] == ["baslik", "govde", "iliski", "sinir"]
    assert ids(found)[-2:] == ["tarihsiz1", "tarihsiz2"]


def test_oldest_first_with_undated_last(engine):
    found = search(engine, "-dolgu", sort="oldest")
    assert ids(found)[:3] == ["deprem1", "deprem2", "secim1"]
    assert ids(found)[-2:] == ["tarihsiz1", "tarihsiz2"]


def test_fresh_lifts_recent_articles_a_little(engine):
    """Of two articles that are equally good the newer comes first; a much better one stays before both."""
    plain, fresh = (ids(search(engine, "seçim", sort=sort)) for sort in ("relevance", "fresh"))
    assert set(fresh) == set(plain)
    assert ids(search(engine, "", sort="fresh")) == ids(search(engine, "", sort="newest"))
    assert ids(search(engine, "meyve OR gövde", sort="fresh"))[0] == "govde"
    dates = {item.article.id: item.article.published.sort_key for item in FILLERS}
    equal = [name for name in ids(search(engine, "meyve sebze dolgu", sort="fresh")) if name in ("dolgu03", "dolgu11")]
    assert equal == sorted(equal, key=dates.__getitem__, reverse=True)


def test_without_words_the_newest_come_first(engine):
    found = search(engine, source=["Sabah", "Akşam"])
    assert ids(found)[:4] == ["baslik", "govde", "iliski", "sinir"]
    assert {hit.score for hit in found.hits} == {0.0}


def test_equal_scores_stand_by_date_then_by_id(engine):
    found = search(engine, "meyve sebze")
    scores = {hit.id: round(hit.score, 5) for hit in found.hits}
    dates = {item.article.id: item.article.published.sort_key for item in FILLERS}
    assert ids(found) == sorted(scores, key=lambda i: (-scores[i], -dates[i], i))


def test_scores_fall(engine):
    scores = [hit.score for hit in search(engine, "deprem OR ev OR yardım").hits]
    assert scores == sorted(scores, reverse=True)
    assert scores[-1] > 0


def test_more_of_the_words_rank_higher(engine):
    assert ids(search(engine, "deprem seçim ev", match="any"))[0] == "deprem1"


def test_the_typed_form_ranks_higher(engine):
    assert ids(search(engine, "kitabın"))[0] == "tarihsiz2"


def marked(segments) -> list[str]:
    return [segment.text for segment in segments if segment.marked]


MARKS = [
    ("deprem", "deprem1", ["depremi"], ["Depremde"]),
    ("ev", "deprem1", [], ["evler"]),
    ("kitap", "tarihsiz2", ["Kitaplar"], ["Kitabı", "Kitabın"]),
    ("kitap OR kırmızı", "tarihsiz2", ["Kitaplar"], ["Kitabı", "Kitabın", "kırmızı"]),
    ('"ikili ilişkiler"', "ikili", [], ["ikili", "ilişkileri"]),
    ("=bakanı", "bakan", ["Bakanı"], ["Bakanı"]),
    ("bakanl*", "bakan", [], ["Bakanlar"]),
    ("title:deprem", "deprem1", ["depremi"], []),
    ("deprem -yardım", "deprem1", ["depremi"], ["Depremde"]),
    ("-dolgu", "deprem1", [], []),
    ("Gine-Bissau", "tire", ["Gine", "Bissau'da"], ["Gine", "Bissau'da"]),
    ("seçim", "secim3", ["seçime"], ["Seçim"]),
    ("secim", "secim2", ["seçim"], ["Seçime"]),
    ('"ilişkiler ikili"~3', "iliski", [], ["İlişkiler", "İkili"]),
    ('"evler kapandı"~2', "deprem1", [], ["evler", "kapandı"]),
    ("sandiklr~", "secim1", [], ["Sandıklar"]),
    ("depren~", "deprem1", ["depremi"], []),
    ("kişi:kaya deprem", "deprem1", ["depremi"], ["Depremde"]),
    ("tarih:1999", "deprem1", [], []),
]


@pytest.mark.parametrize(("q", "article", "title", "body"), MARKS, ids=lambda v: str(v)[:30])
def test_marks(engine, q, article, title, body):
    hit = next(hit for hit in search(engine, q).hits if hit.id == article)
    assert marked(hit.title_segments) == title
    assert marked(hit.snippet) == body
    whole = engine.article(article, q)
    assert (marked(whole.title_segments), marked(whole.body_segments)) == (title, body)
    assert "".join(s.text for s in whole.body_segments) == whole.body


@pytest.mark.parametrize("item", ARCHIVE, ids=lambda item: item.article.id)
def test_an_article_comes_back_as_it_was_stored(engine, item):
    article, found = item.article, engine.article(item.article.id)
    published = article.published.iso if article.published else None
    assert (found.title, found.body, found.published) == (article.title, article.body, published)
    assert (found.source, found.url, found.category) == (article.source, article.url, article.category)
    assert found.people == item.entities.people
    assert found.countries == item.entities.countries
    assert found.mentions == item.entities.mentions


@pytest.mark.parametrize("article_id", ["", "yok", "deprem", "deprem1 ", "x" * 70_000, "\x00"])
def test_an_unknown_article(engine, article_id):
    with pytest.raises(NotFoundError):
        engine.article(article_id)


def test_a_hit_has_what_the_article_has(engine):
    (hit,) = search(engine, "Atina").hits
    assert (hit.id, hit.title, hit.source, hit.category) == ("deprem2", "Atina depremi", "Akşam", "afet")
    assert (hit.people, hit.countries) == (("Ali Kaya", "Veli Taş"), ("GR", "TR"))
    assert hit.published == "1999-09-07"


@pytest.mark.parametrize("q", ["kişi:kaya ülke:TR", "tarih:1999", "-kaynak:Sabah", "kategori:afet OR kategori:spor"])
def test_fields_filter_and_do_not_rank(engine, q):
    hits = search(engine, q).hits
    assert hits
    assert {hit.score for hit in hits} == {0.0}
    assert [hit.id for hit in hits] == ids(search(engine, q, sort="newest"))


def test_a_field_adds_nothing_to_a_score(engine):
    with_field = {hit.id: hit.score for hit in search(engine, "deprem kişi:kaya").hits}
    without = {hit.id: hit.score for hit in search(engine, "deprem").hits}
    assert with_field == {name: without[name] for name in with_field}


def test_fields_are_not_relaxed(engine):
    assert set(ids(search(engine, "deprem seçim kişi:kaya", match="any"))) == {"deprem1", "deprem2"}


def test_the_right_spelling_ranks_above_the_almost_right(engine):
    assert ids(search(engine, "kitap~"))[0] in ("tarihsiz1", "tarihsiz2")
    assert ids(search(engine, "kârı~"))[0] == "kar2"


def test_a_field_is_no_facet_filter(engine):
    facet = search(engine, "kaynak:Kuzey").facet("source")
    assert [(v.value, v.count, v.selected) for v in facet.values] == [("Kuzey", 8, False)]


def test_a_fuzzy_word_of_two_letters_is_refused(engine):
    with pytest.raises(RequestError, match="fewer than 3 letters"):
        search(engine, "ev~")


@pytest.mark.parametrize("q", ["a*", "=a* b*", "title:x*"])
def test_a_prefix_of_one_letter_is_refused(engine, q):
    with pytest.raises(RequestError, match="fewer than 2 letters"):
        search(engine, q)


def test_export_and_rank_give_the_same_hits_as_search(engine):
    request = SearchRequest("deprem OR seçim", limit=100)
    hits = ids(engine.search(request))
    assert [article.id for article in engine.export(request)] == hits
    named = [(hit.people, hit.countries) for hit in engine.search(request).hits]
    assert [(article.people, article.countries) for article in engine.export(request)] == named
    assert any(people for people, _ in named)
    assert [article_id for article_id, _ in engine.rank(request, 3)] == hits[:3]


def test_facets_can_be_left_out(engine):
    assert engine.search(SearchRequest("deprem"), facet_limit=0).facets == ()


def test_the_snapshot_stays_while_nothing_changes(engine):
    assert search(engine, "deprem").snapshot == search(engine, "seçim").snapshot == engine.snapshot()
    assert engine.status().documents == len(ARCHIVE)


def suggested(engine, text, kind, **options):
    return [(s.value, s.count) for s in engine.suggest(text, **options).values if s.kind == kind]


SUGGESTED = [
    ("se", "word", {"seçim": 2}, 1),
    ("sec", "word", {"seçim": 2}, 1),
    ("deprem SEÇ", "word", {"seçim": 2}, 1),
    ("kâ", "word", {"kârı": 1}, 1),
    ("kar", "word", {"kar": 1, "kârı": 1}, 2),
    ("sebze", "word", {}, 0),
    ("deprem ", "word", {}, 0),
    ("ali", "person", {"Ali Kaya": 2}, 1),
    ("kaya", "person", {"Ali Kaya": 2}, 1),
    ("Ali K", "person", {"Ali Kaya": 2}, 1),
    ("deprem ayse g", "person", {"Ayşe Gül": 3}, 1),
    ("k", "person", {"Ortak Kişi": 24, "Ali Kaya": 2, "Kişi A": 2, "Kişi B": 2, "Kişi C": 2}, 5),
    ("yun", "country", {"GR": 2}, 1),
    ("gre", "country", {"GR": 2}, 1),
    ("kuz", "source", {"Kuzey": 8}, 1),
    ("gun", "source", {"Güney": 8}, 1),
    ("kişi:ta", "person", {"Veli Taş": 2}, 1),
    ("kisi:ta", "country", {}, 0),
    ("deprem ülke:yun", "country", {"GR": 2}, 1),
    ("tarih:20", "person", {}, 0),
    ("", "person", {}, 0),
]


@pytest.mark.parametrize(("text", "kind", "possible", "count"), SUGGESTED, ids=lambda v: str(v)[:30])
def test_suggestions(engine, text, kind, possible, count):
    found = suggested(engine, text, kind)
    assert len(found) == count
    assert dict(found).items() <= possible.items()
    assert [n for _, n in found] == sorted((n for _, n in found), reverse=True)


def test_equally_frequent_suggestions_stand_in_turkish_order(engine):
    assert [value for value, _ in suggested(engine, "ki", "person", limit=4)] == [
        "Ortak Kişi",
        "Kişi A",
        "Kişi B",
        "Kişi C",
    ]


SPELLED = {
    "deprme": "deprem",
    "Depren": "Deprem",
    "sonuclr": "sonuçlar",
    '"ikili ilişkilreri"': '"ikili ilişkileri"',
    "meyvr -sebze": "meyve -sebze",
    "deprem": None,
    "deprmee sandk": None,
    "hiçolmayansözcük": None,
    "=depren": None,
    "depren*": None,
    "-depren": None,
    "1999a": None,
    "": None,
}


@pytest.mark.parametrize("q", SPELLED)
def test_spelling(engine, q):
    found = search(engine, q).suggestion
    assert (found and found.text) == SPELLED[q]
    if found:
        assert found.total == search(engine, found.text).total > 0
        assert search(engine, q).total == 0


def test_a_spelling_is_looked_for_under_the_filters(engine):
    assert search(engine, "deprme", source="Sabah").suggestion.total == 2
    assert search(engine, "deprme", source="Kuzey").suggestion is None


def test_similar_articles(engine):
    assert {hit.id for hit in engine.similar("secim1").hits} >= {"secim2", "secim3", "deprem2"}
    assert [hit.id for hit in engine.similar("deprem2", limit=1).hits] == ["deprem1"]
    assert len(engine.similar("dolgu03", limit=4).hits) == 4
    assert all(hit.id.startswith("dolgu") for hit in engine.similar("dolgu03", limit=20).hits)
    assert engine.similar("sayi").hits == ()
    with pytest.raises(NotFoundError):
        engine.similar("yok")

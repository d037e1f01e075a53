"""How queries are read that people type, well and badly formed, with Turkish and with English operators."""

from __future__ import annotations

import pytest

from search.query import parse, read_as

TYPED = {
    # words
    "deprem": "deprem",
    "  seçim   sonuçları ": "seçim sonuçları",
    "Deprem Van": "Deprem Van",
    "deprem ve sel": "deprem ve sel",
    "Türkiye'nin": "Türkiye'nin",
    "Gine-Bissau": "Gine-Bissau",
    "5,9": "5,9",
    "%50 zam!": "%50 zam!",
    # phrases and nearness
    '"ikili ilişkiler"': '"ikili ilişkiler"',
    "“ikili ilişkiler”": '"ikili ilişkiler"',
    '"ikili ilişkiler': '"ikili ilişkiler"',
    'ikili" ilişkiler': "ikili ilişkiler",
    '"deprem yardım"~5': '"deprem yardım"~5',
    '"deprem yardım"~': '"deprem yardım"~5',
    '"deprem"~5': "deprem",
    '="Adalet Bakanı"': '="Adalet Bakanı"',
    # alternatives
    "deprem OR sel": "deprem OR sel",
    "deprem VEYA sel": "deprem OR sel",
    "deprem | sel": "deprem OR sel",
    "deprem or sel": "deprem or sel",
    "deprem veya sel": "deprem veya sel",
    "deprem OR sel Adana": "deprem OR (sel Adana)",
    "(deprem OR sel) Adana": "(deprem OR sel) Adana",
    "deprem OR": "deprem",
    "OR deprem": "deprem",
    "deprem OR OR sel": "deprem OR sel",
    # all of them
    "deprem AND sel": "deprem sel",
    "deprem VE sel": "deprem sel",
    "deprem & sel": "deprem sel",
    # without
    "seçim -yerel": "seçim -yerel",
    "seçim NOT yerel": "seçim -yerel",
    "seçim DEĞİL yerel": "seçim -yerel",
    "seçim - yerel": "seçim -yerel",
    "seçim değil yerel": "seçim değil yerel",
    "-yerel": "-yerel",
    "seçim -(yerel OR genel)": "seçim -(yerel OR genel)",
    "seçim NOT": "seçim",
    # parentheses
    "(deprem": "deprem",
    "deprem)": "deprem",
    "((deprem) (sel))": "deprem sel",
    "()": "",
    # forms, beginnings, spelling
    "=Bakanı": "=Bakanı",
    "= Bakanı": "=Bakanı",
    "cumhur*": "cumhur*",
    "cumhur**": "cumhur*",
    "kılıçdaroglu~": "kılıçdaroglu~",
    "kılıçdaroglu~1": "kılıçdaroglu~1",
    "kılıçdaroglu~7": "kılıçdaroglu~2",
    "*": "",
    "~": "",
    # fields
    "title:deprem": "title:deprem",
    "başlık:deprem": "title:deprem",
    "BAŞLIK: deprem": "title:deprem",
    "baslik:(deprem VEYA sel)": "title:(deprem OR sel)",
    'kişi:"Recep Tayyip Erdoğan"': 'person:"Recep Tayyip Erdoğan"',
    "kisi:erdoğan": "person:erdoğan",
    "person:erd*": "person:erd*",
    "kişi:(Özal VEYA Demirel)": "person:Özal OR person:Demirel",
    "-kişi:Özal": "-person:Özal",
    "ülke:Almanya": "country:DE",
    "ulke:de": "country:DE",
    "country:Germany": "country:DE",
    "ÜLKE:almanya": "country:DE",
    "ülke:Atlantis": "country:Atlantis",
    "kaynak:Sabah deprem": "source:Sabah deprem",
    "deprem kategori:afet": "deprem category:afet",
    "kurum:TÜİK": "organisation:TÜİK",
    "anılan:1999-08": "mentioned:1999-08",
    "tarih:2024": "date:2024",
    "tarih:2024-03": "date:2024-03",
    "tarih:05.03.2024": "date:2024-03-05",
    "tarih:2024-03..2024-05": "date:2024-03-01..2024-05-31",
    "tarih:2024-05..2024-03": "date:2024-03-01..2024-05-31",
    "tarih:>2024-03-01": "date:2024-03-02..",
    "tarih:>=2024": "date:2024-01-01..",
    "tarih:<2024": "date:..2023-12-31",
    "date:..2024-06": "date:..2024-06-30",
    "tarih:(2023 VEYA 2024)": "date:2023 OR date:2024",
    "tarih:tarihsiz": "date:unknown",
    # what is no field, no date, nothing
    "tarih:dün": '"tarih:dün"',
    "tarih:2024-13": '"tarih:2024-13"',
    "Tarih: dün akşam": '"Tarih:dün" akşam',
    "anılan:geçen": '"anılan:geçen"',
    "http://example.com": "http://example.com",
    "saat:15.30": "saat:15.30",
    "kişi:": "",
    "kaynak:OR": "",
    "": "",
    "...": "",
}


@pytest.mark.parametrize("typed", TYPED)
def test_how_it_is_read(typed):
    said = read_as(parse(typed))
    assert said == TYPED[typed]
    assert parse(said) == parse(typed)

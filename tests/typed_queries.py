"""Query texts as nobody should type them: pieces of the language in any order, mutated real queries, any text."""

from __future__ import annotations

from hypothesis import strategies as st

REAL = (
    "seçim sonuçları",
    '"Nobel Edebiyat Ödülü"',
    '"yardım deprem"~10',
    "(deprem OR sel) İstanbul -yerel",
    "deprem VEYA (sel DEĞİL Adana)",
    '="Başbakan Yardımcısı" =Bakanı',
    "cumhur* Ecevti~ Ecevti~1",
    'başlık:(deprem OR sel) title:"ilk yardım"~3',
    'kişi:"Recep Tayyip Erdoğan" -kişi:ecev*',
    "ülke:(Almanya OR Fransa) country:DE kaynak:Örnek* kategori:spor",
    "tarih:2024-03..2024-05 tarih:>2024-03-01 date:<=2000 tarih:17.8.1999",
    "anılan:1999-08 kurum:NATO organisation:nato",
    "Türkiye'nin Gine-Bissau 5,9 büyüklüğünde",
)

PIECES = (
    *"()\"“”„«»|=-*~&.,:;'’<>+@#% \t\n\x00\u200b\u0307\ud800",
    " ", " ", " ", "OR", "VEYA", "NOT", "DEĞİL", "AND", "VE", "title:", "başlık:", "kişi:", "ülke:", "kaynak:",
    "kategori:", "tarih:", "date:", "anılan:", "kurum:", "deprem", "İl", "ve", "bir", "de", "a", "Erdoğan", "TR",
    "2024", "2024-03", "..", ">", "<=", "9999", "0000", "unknown", "tarihsiz", "~2", "~15", "~16", "~99999999999",
    "de*", "kar*", "ka~", "kelime~", "İ" * 30, "x" * 200, "ﬁ", "ℐ", "١٢", "😀", "e\u0301",
)  # fmt: skip

TEXTS = st.text(max_size=60)
SOUP = st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=40).map("".join)


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A real query with some characters put in, left out, doubled or exchanged."""
    text = draw(st.sampled_from(REAL))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(text)))
        end = at + draw(st.integers(0, 3))
        put = draw(st.sampled_from(PIECES) | st.just(text[at:end] * 2) | st.just(""))
        text = text[:at] + put + text[end:]
    return text


TYPED = SOUP | mutated() | st.lists(mutated(), min_size=2, max_size=3).map(" ".join) | TEXTS

"""Whether a candidate is a person's name by itself, or needs the rest of the article to speak for it.

One table decides about candidates of several words, one about single words. What no rule takes stays a candidate.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from index.entities.rules import Rule, deciding, leaves, takes
from index.entities.runs import Piece
from index.entities.scan import CapitalisedToken
from index.entities.traits import NAME, REGION, Trait

_GIVEN, _SURNAME, _COMMON, _INITIAL = Trait.GIVEN, Trait.SURNAME, Trait.COMMON, Trait.INITIAL
_OTHER = Trait.OTHER | Trait.NEVER
SHORT_CAPS = 4
"""Letters in capitals that are sooner an abbreviation than a name."""
POSSESSED = re.compile(r"[^aeiöuü][iuü]$|s[iuü]$")
"""`Deniz Feneri`, `Barış Pınarı`: the possessive ending of a name that is no person's."""
SENTENCE_WORD = re.compile(
    r"(?:yor(?:d?u[mz]?|lar|sun)?|[dt][iuü](?:l[ae]r|k|m|r)?|m[iuü]ş(?:t[iuü])?|[ae]ca[kğ]\w*|m[ae]k|m[ae]z|l[iuü]m|"
    r"[iuü]m[iuü]z|[aeiuü]m|[iuü]n[iuü])$"
)
"""In capitals a heading, not a name: `ÖĞRETMEN OLMAK İSTİYORDU`, `CAN YOLDAŞIYDI`."""


@dataclass(slots=True, eq=False)
class Candidate:
    """The words tokens[first:last] of a piece may be a person's name."""

    tokens: Sequence[CapitalisedToken]
    piece: Piece
    first: int
    last: int
    rule: Rule | None = None
    """What took it; None where the rest of the article has to speak for it."""
    opening: CapitalisedToken = field(init=False)
    closing: CapitalisedToken = field(init=False)
    opens: int = field(init=False)
    """The traits of the opening word."""
    closes: int = field(init=False)
    """The traits of the closing word."""
    titled: bool = field(init=False)
    """A title or calling stands right before it, or Bey and the like after it."""

    def __post_init__(self) -> None:
        self.opening, self.closing = self.tokens[self.first], self.tokens[self.last - 1]
        self.opens, self.closes = self.opening.word.traits, self.closing.word.traits
        self.titled = self.piece.titled and self.first == self.piece.first

    @property
    def second(self) -> CapitalisedToken:
        """The word after the opening one. Raises IndexError if there is none."""
        return self.tokens[self.first + 1]


def sure_rule(candidate: Candidate) -> Rule | None:
    """The rule by which a candidate is a name for certain; None where it is not certain."""
    rule = deciding(SINGLE if candidate.last - candidate.first == 1 else SEVERAL, candidate)
    return rule if rule and rule.takes else None


# -- several words


def _is_withheld(name: Candidate) -> bool:
    return bool(name.closes & _INITIAL)


def _opens_with_abbreviation(name: Candidate) -> bool:
    unlisted = name.opens & Trait.CAPS and not name.opens & _GIVEN
    return bool(unlisted) and len(name.opening.text) < SHORT_CAPS and not name.titled


def _is_sentence_in_capitals(name: Candidate) -> bool:
    unlisted = name.opens & name.closes & Trait.CAPS and not name.closes & NAME
    return bool(unlisted and SENTENCE_WORD.search(name.closing.word.key))


def _is_heading_in_capitals(name: Candidate) -> bool:
    if name.titled or not name.opens & name.closes & Trait.CAPS:
        return False
    return not (name.opens & _GIVEN and name.closes & NAME) or bool(name.opens & name.closes & _COMMON)


def _is_before_title(name: Candidate) -> bool:
    return name.piece.before_title and not name.titled


def _is_person_before_title(name: Candidate) -> bool:
    if not _is_before_title(name) or name.opens & REGION or name.opens & name.closes & _COMMON:
        return False
    return bool(name.opens & _GIVEN and name.closes & _SURNAME)


def _is_listed(name: Candidate) -> bool:
    return bool(name.opens & _GIVEN and (name.second.word.traits | name.closes) & NAME)


def _is_listed_but_common(name: Candidate) -> bool:
    both = name.opens & name.second.word.traits
    if not both & _COMMON or name.titled or name.closing.apostrophe:
        return False
    return bool(name.opening.initial or both & Trait.CAPS) and _is_listed(name)


def _is_thing_after_title(name: Candidate) -> bool:
    return name.titled and bool(name.opens & _OTHER) and not name.opens & NAME


def _is_titled(name: Candidate) -> bool:
    return name.titled


def _opens_with_certain_given(name: Candidate) -> bool:
    if not name.opens & _GIVEN:
        return False
    capital_says_nothing = name.opening.initial or name.piece.headline
    return not name.opens & _COMMON or name.closing.apostrophe or not capital_says_nothing


def _opens_with_common_given(name: Candidate) -> bool:
    second = name.second.word
    may_be_thing = second.traits or name.piece.headline or POSSESSED.search(second.key)
    return bool(name.opens & _GIVEN) and not may_be_thing


def _opens_with_initial(name: Candidate) -> bool:
    return bool(name.opens & _INITIAL)


def _is_initial_and_surname(name: Candidate) -> bool:
    return bool(name.opens & _INITIAL and name.closes & _SURNAME)


def _closes_with_surname(name: Candidate) -> bool:
    suffixed = name.closing.apostrophe
    if not name.closes & _SURNAME or name.opens & (_COMMON | _OTHER) or (name.closes & _COMMON and not suffixed):
        return False
    return not name.opening.initial or suffixed or not name.opens or bool(name.opens & _SURNAME)


def _is_unknown_of_country(name: Candidate) -> bool:
    follows_people = name.piece.of_country and name.first == name.piece.first
    known = name.opens or name.second.word.traits or name.closes
    return follows_people and not known and not POSSESSED.search(name.closing.word.key)


def _closes_with_well_known(name: Candidate) -> bool:
    return bool(name.closes & Trait.ALONE) and not name.opens & _COMMON and not name.opening.initial


SEVERAL = (
    leaves(
        "withheld surname",
        "Şüpheli [Serkan S].'nin evi arandı.",
        "An initial in place of the surname withholds who it is.",
        _is_withheld,
    ),
    leaves(
        "abbreviation first",
        "Yeni adaylar [YÖK Atlas] üzerinden arayacak.",
        "Up to three capitals that are no given name are an abbreviation.",
        _opens_with_abbreviation,
    ),
    leaves(
        "sentence in capitals",
        "Başkan [ALİ KAYA-GELİYOR].",
        "In capitals the ending of a verb makes the words a heading.",
        _is_sentence_in_capitals,
    ),
    leaves(
        "heading in capitals",
        "Silah olarak [KARA ATMACA] tanıtıldı.",
        "In capitals only a listed given name with a listed name, not both common words, is told from a heading.",
        _is_heading_in_capitals,
    ),
    takes(
        "name before a title",
        "Görevi [Burcu Tokmak] CEO oldu.",
        "A listed given name with a listed surname is a person although a title follows.",
        _is_person_before_title,
    ),
    leaves(
        "office before its title",
        "Konuşan [Pars Filo] Komutanı ayrıldı.",
        "What stands before a title is sooner the office's name.",
        _is_before_title,
    ),
    leaves(
        "two common words",
        "[Savaş Ay] gezdi.",
        "Two common words need more than a capital that the sentence or the heading gives them.",
        _is_listed_but_common,
    ),
    takes(
        "given name and name",
        "Toplantıda [Nizamettin Yavuz] konuştu.",
        "A listed given name stands before a listed name.",
        _is_listed,
    ),
    leaves(
        "thing after a title",
        "Kız kardeşi [Afet Başaran] geldi.",
        "The first word mostly names something else than people.",
        _is_thing_after_title,
    ),
    takes(
        "words after a title",
        "Eyaletin valisi [Mikie Sherrill] açıkladı.",
        "A title or calling stands before these words, or Bey and the like after them.",
        _is_titled,
    ),
    takes(
        "given name first",
        "Kaybolan [Gülistan Doku]'nun ailesi bekliyor.",
        "A listed given name, whose capital only a name explains, stands before an unknown word.",
        _opens_with_certain_given,
    ),
    takes(
        "common given name first",
        "[Dan Arbell] görüşmeleri anlattı.",
        "A given name that is a common word too stands before a word that is in no list and ends like no thing's name.",
        _opens_with_common_given,
    ),
    takes(
        "initial and surname",
        "Formalara da [M. Salah] yazıldı.",
        "An initial stands before a listed surname.",
        _is_initial_and_surname,
    ),
    leaves(
        "initial and other word",
        "Denizde [T Lavine] adlı gemi var.",
        "After an initial only a listed surname is certain.",
        _opens_with_initial,
    ),
    takes(
        "surname last",
        "On yaşındaki [Mutlucan Korkmaz] geldi.",
        "A listed surname ends words of which none means anything else.",
        _closes_with_surname,
    ),
    takes(
        "unknown words after a people",
        "İkinci olan Belçikalı [Remco Evenepoel] sevindi.",
        "A people stands before words that no list knows, as before a foreigner's name.",
        _is_unknown_of_country,
    ),
    takes(
        "well-known surname last",
        "Golü atan [Moussa Sow] sevindi.",
        "The last word is a surname that stands for one person even alone.",
        _closes_with_well_known,
    ),
)
"""For two words and more. First what is no name whatever the lists say (initials, capitals), since headings and
abbreviations are full of listed words; then the title that follows, which outweighs a single listed word; then from
the strongest evidence to the weakest: both words listed, a title, a given name, an initial, a surname, a people."""


# -- one word


def _is_well_known(name: Candidate) -> bool:
    return bool(name.opens & Trait.ALONE) and not name.opens & REGION


def _is_unknown_and_untitled(name: Candidate) -> bool:
    """Whether no title speaks for an unknown word: it has none, or a title or another word follows in the piece."""
    if _is_well_known(name):
        return False
    return not name.titled or name.piece.before_title or name.last < name.piece.last


def _is_letter(name: Candidate) -> bool:
    return len(name.opening.text) < 2


def _is_lone_in_capitals(name: Candidate) -> bool:
    return _is_well_known(name) and bool(name.opens & Trait.CAPS) and not name.titled and not _among_capitals(name)


def _is_product(name: Candidate) -> bool:
    return _is_lone_in_capitals(name) and not name.opening.initial


def _is_lone_at_start(name: Candidate) -> bool:
    return _is_lone_in_capitals(name) and name.opening.initial


def _among_capitals(name: Candidate) -> bool:
    """Whether the word before or after is in capitals too."""
    beside = (*name.tokens[max(0, name.first - 1) : name.first], *name.tokens[name.last : name.last + 1])
    return any(token.word.traits & Trait.CAPS for token in beside)


def _is_common_at_start(name: Candidate) -> bool:
    is_common = name.opens & _COMMON and name.opening.initial and not name.opening.apostrophe
    return _is_well_known(name) and bool(is_common) and not name.titled


def _is_name_after_title(name: Candidate) -> bool:
    return bool(name.opens & NAME) and not (name.opens & _COMMON and name.opens & Trait.CAPS)


def _is_unknown_after_title(name: Candidate) -> bool:
    return not name.opens & (NAME | _COMMON | _OTHER | REGION | Trait.CAPS)


SINGLE = (
    leaves(
        "no title",
        "Konuşan [Süsler] anlattı.",
        "A single word that is not well known needs a title before it.",
        _is_unknown_and_untitled,
    ),
    leaves("single letter", "Eski oyuncu [D].", "A letter is nobody's name.", _is_letter),
    leaves(
        "product in capitals",
        "Gökyüzünde [AKINCI] uçtu.",
        "A lone word in capitals within a sentence is a brand or a product.",
        _is_product,
    ),
    takes(
        "well known, in capitals",
        "[OBAMA] geliyor.",
        "A surname that stands for one person even alone opens a sentence in capitals.",
        _is_lone_at_start,
    ),
    leaves(
        "common word at the start",
        "[Ruhani] bir deneyimdi.",
        "A surname that is a common word too needs more than the capital that opens a sentence.",
        _is_common_at_start,
    ),
    takes(
        "well known",
        "Görüşme [Bahçeli]'nin makamında yapıldı.",
        "A surname that stands for one person even alone.",
        _is_well_known,
    ),
    takes(
        "name after a title",
        "Yanında annesi [Emine] vardı.",
        "A listed name stands alone after a title or calling.",
        _is_name_after_title,
    ),
    takes(
        "unknown word after a title",
        "Topu kaleci [Olafsson] tuttu.",
        "A title or calling stands before a word that no list has as anything else than a person.",
        _is_unknown_after_title,
    ),
)
"""For one word. First what most single words lack: a title, or that the word is known to stand alone for a person. Then
what a well-known surname may be besides; last what a title bears, a listed name more than an unknown word."""

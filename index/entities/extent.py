"""How far a name goes on from its first word: one table decides word by word whether the name takes the next one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from index.entities.forms import is_from_town, is_possessed
from index.entities.lists import LexicalEntry, name_lists, words
from index.entities.rules import deciding, leaves, takes
from index.entities.runs import PRACTISES, Piece
from index.entities.scan import ARTICLE, HYPHEN, NONE, SPACE, CapitalisedToken
from index.entities.sureness import POSSESSED, SENTENCE_WORD, SHORT_CAPS
from index.entities.traits import NAME, REGION, Trait

_GIVEN, _SURNAME, _COMMON = Trait.GIVEN, Trait.SURNAME, Trait.COMMON
_OTHER = Trait.OTHER | Trait.NEVER
_PARTICLES = words("de da de del della di dos du van von der den bin ibn el al le la ten ter mc st")
"""Within a name also with a capital: `Kevin De Bruyne`, `Usame Bin Ladin`."""
_PARTICLES_OF_SURNAMES = words("de di du dos van von der den le la el al")
_LONGEST = 4
"""Words in a name. Longer runs are headlines with every word in capitals."""


@dataclass(slots=True, eq=False)
class NextWord:
    """A name has gone from tokens[first] to tokens[place - 1] of a piece; does it take tokens[place] too?"""

    tokens: Sequence[CapitalisedToken]
    piece: Piece
    first: int
    place: int
    token: CapitalisedToken = field(init=False)
    traits: int = field(init=False)
    before: int = field(init=False)
    """The traits of the word before."""

    def __post_init__(self) -> None:
        self.token = self.tokens[self.place]
        self.traits = self.token.word.traits
        self.before = self.tokens[self.place - 1].word.traits

    @property
    def follows_several(self) -> bool:
        """Whether the name has two words already."""
        return self.place - self.first >= 2

    @property
    def closes_run(self) -> bool:
        """Whether no word of the run follows."""
        return self.place + 1 == self.piece.run_last

    @property
    def link_after(self) -> int:
        """How the word after hangs on this one; NONE where the piece ends here."""
        return self.tokens[self.place + 1].link if self.place + 1 < self.piece.last else NONE


def extent(tokens: Sequence[CapitalisedToken], place: int, piece: Piece, titled: bool) -> int:
    """How many words a name that begins at tokens[place] has; 0 where none begins."""
    token = tokens[place]
    if is_plain_word(token) and (not titled or (token.initial and token.link == NONE)):
        return 0
    if _is_calling(tokens, place, piece):
        return 0
    last, end = place + 1, min(piece.last, place + _LONGEST)
    if last < end and tokens[last].link == HYPHEN and (last + 1 == end or is_plain_word(tokens[last + 1])):
        # `Trump-Zelenskiy`: two people; but `Jean-Claude Juncker` is one.
        return 1
    while last < end and (rule := deciding(GOES_ON, NextWord(tokens, piece, place, last))) and rule.takes:
        last += 1
    return last - place


_INFLECTED = re.compile(
    r"^.{4,}(?:[dt][ae]n?|[dt][ae]ki|l[ae]r|l[ae]r[iuü]|[iuü]nda|[iuü]nde|[ae]r[ae]k|y[ae]n|[iuü]nc[ae]|m[iuü]ş|[iuü]p)$"
)
_PARTICIPLE = re.compile(r"^.{3,}(?:[ae]c[ae]k|m[ae]k)$")


def is_plain_word(token: CapitalisedToken) -> bool:
    """Whether a word is no name: mostly written small (`Ancak`, `Yeni`), or inflected at the start of a sentence."""
    traits = token.word.traits
    if traits & NAME:
        return False
    if traits & _COMMON or (not traits and _PARTICIPLE.match(token.word.key)):
        return True
    return bool(token.initial and not token.apostrophe and _INFLECTED.match(token.word.key))


def _is_calling(tokens: Sequence[CapitalisedToken], place: int, piece: Piece) -> bool:
    """`Pentatloncu` İlke Özyüksel: a calling that no list has."""
    token = tokens[place]
    if token.word.traits & (NAME | Trait.FOREIGN) or place + 1 >= piece.last or not PRACTISES.search(token.word.key):
        return False
    return bool(tokens[place + 1].word.traits & _GIVEN)


# -- what the words are joined by


def _is_hyphenated(following: NextWord) -> bool:
    return following.token.link == HYPHEN


def _is_another_person(following: NextWord) -> bool:
    begins_name = following.traits & _GIVEN and following.link_after == SPACE
    return _is_hyphenated(following) and following.follows_several and bool(begins_name)


def _is_after_article(following: NextWord) -> bool:
    return following.token.link == ARTICLE


def _is_particle(following: NextWord) -> bool:
    listed = following.token.word.key in _PARTICLES and not following.traits & Trait.CAPS
    return listed and following.place + 1 < following.piece.last


def _is_after_particle(following: NextWord) -> bool:
    before = following.tokens[following.place - 1].word.key
    is_surname = before in _PARTICLES_OF_SURNAMES and not following.traits & (Trait.CAPS | Trait.HEAD)
    return following.follows_several and is_surname


# -- capitals


def _is_sentence_in_capitals(following: NextWord) -> bool:
    unlisted = following.traits & Trait.CAPS and not following.traits & NAME
    return bool(unlisted and SENTENCE_WORD.search(following.token.word.key))


def _is_abbreviation(following: NextWord) -> bool:
    unlisted = following.traits & Trait.CAPS and not (following.before & Trait.CAPS or following.traits & NAME)
    return bool(unlisted) and len(following.token.text) <= SHORT_CAPS


# -- words of the language


def _is_word(following: NextWord) -> bool:
    other = following.traits & _OTHER and not following.traits & NAME
    return bool(other) or is_plain_word(following.token)


_ACCUSATIVE = re.compile(r"[aeiuü]y[iuü]$")
"""`Müslüm Babayı`: no surname ends so."""


def _is_word_as_name(following: NextWord) -> bool:
    if not _is_word(following):
        return False
    if following.link_after == HYPHEN:
        # `Itamar Ben-Gvir`
        return True
    if following.piece.headline or _is_no_surname(following.token.word):
        return False
    return _closes_as_surname(following) if following.closes_run else _stands_before_surname(following)


def _is_no_surname(word: LexicalEntry) -> bool:
    """A word in capitals, a closing word, a title that is no calling (`Güreşçi`), or one that is in no name."""
    never = Trait.CAPS | Trait.NEVER | Trait.HEAD
    if not PRACTISES.search(word.key):
        never |= Trait.TITLE
    return bool(word.traits & never) and not _is_townsman(word)


def _is_townsman(word: LexicalEntry) -> bool:
    """`Seyit Ahmet Bursalı`: known for nothing else than the town."""
    return word.traits == Trait.NEVER and is_from_town(word.key, name_lists().traits)


def _closes_as_surname(following: NextWord) -> bool:
    """`Naci Görür`: the last word of the run, right after a given name, and none that a thing's name ends in."""
    if not following.before & _GIVEN:
        return False
    if not following.traits & _COMMON:
        return True
    word = following.token.word.key
    foreign = following.before & Trait.FOREIGN
    return not (foreign or _ACCUSATIVE.search(word) or is_possessed(word, name_lists().traits))


def _stands_before_surname(following: NextWord) -> bool:
    """`Necmiye Kurtuluş Çelik`: one surname more ends both piece and run, and the first word is a name for certain."""
    tokens, piece, after = following.tokens, following.piece, following.place + 1
    opening = tokens[following.first]
    traits = opening.word.traits
    if traits & (_COMMON | _OTHER) or (opening.initial and not traits & _GIVEN):
        return False
    return after + 1 == piece.run_last == piece.last and bool(tokens[after].word.traits & _SURNAME)


def _is_open(following: NextWord) -> bool:
    return not following.before & _SURNAME or bool(following.before & _GIVEN)


# -- after a surname: rows below `_is_open`


def _is_name_at_the_end(following: NextWord) -> bool:
    return bool(following.traits & NAME) and following.closes_run and not following.piece.headline


def _is_unlisted_second(following: NextWord) -> bool:
    return not following.traits & NAME and not following.follows_several


_NO_SURNAME = re.compile(r"(?:[cç][iuü]l[iuü]k|i[vf]e|tion|ing)$")
"""`Havacılık`, `Retrospective`"""


def _is_unknown_at_the_end(following: NextWord) -> bool:
    token, piece, opens = following.token, following.piece, following.tokens[following.first].word.traits
    if following.traits or not following.follows_several or piece.headline or token.initial:
        return False
    if following.place + 1 < piece.run_last or not opens & _GIVEN or opens & _COMMON:
        return False
    return len(token.word.key) >= 4 and not any(
        ending.search(token.word.key) for ending in (_INFLECTED, _NO_SURNAME, POSSESSED)
    )


def _is_second_surname(following: NextWord) -> bool:
    return bool(following.traits & _SURNAME) and not following.traits & _GIVEN


def _is_surname_as_given(following: NextWord) -> bool:
    piece, first = following.piece, following.first
    if not following.traits & _GIVEN or following.follows_several:
        return False
    if piece.first != first or piece.last != first + 3 or piece.run_last != piece.last or piece.headline:
        return False
    opening, third = following.tokens[first], following.tokens[first + 2]
    in_capitals = following.before & Trait.CAPS and not third.word.traits & Trait.CAPS
    if opening.initial or following.before & REGION or in_capitals:
        return False
    return bool(third.word.traits & _SURNAME) and following.token.link == third.link == SPACE


def _is_any(_: NextWord) -> bool:
    return True


GOES_ON = (
    leaves(
        "another person",
        "Bunu dün [Hakan Fidan-Sergey] Lavrov görüşmesi yapıldı.",
        "A hyphen and a given name before one more word begin another name.",
        _is_another_person,
    ),
    takes(
        "hyphen", "Bunu dün [Helene Conway-Mouret] konuştu.", "A hyphen joins two parts of one name.", _is_hyphenated
    ),
    leaves(
        "sentence in capitals",
        "[ALİ GELMİYOR]",
        "In capitals the ending of a verb makes the words a heading.",
        _is_sentence_in_capitals,
    ),
    takes(
        "article",
        "Bunu dün [Muhammed es-Sudani] konuştu.",
        "The Arabic article joins two parts of one name.",
        _is_after_article,
    ),
    takes(
        "particle",
        "Bunu dün [Kevin De] Bruyne oynadı.",
        "A particle is part of the name that goes on after it.",
        _is_particle,
    ),
    leaves(
        "abbreviation",
        "Bunu dün [Bekele CAS]'a gitti.",
        "Up to four capitals after small letters are an abbreviation.",
        _is_abbreviation,
    ),
    takes(
        "after a particle",
        "Bunu dün [Marine Le Pen] konuştu.",
        "A particle that opens surnames has one after it.",
        _is_after_particle,
    ),
    takes(
        "word as a name",
        "Bunu dün [Naci Görür] konuştu.",
        "The capital of a common word can have no other reason than a name's.",
        _is_word_as_name,
    ),
    leaves(
        "common word", "Askıda çanta veren [Eser Çakarcı] konuştu.", "A word that is no name ends the name.", _is_word
    ),
    takes(
        "open name",
        "Bunu dün [Nizamettin Yavuz] anlattı.",
        "No surname stands before, so that the name is not whole yet.",
        _is_open,
    ),
    takes(
        "name at the end",
        "Bunu dün [Wilson Isidor] konuştu.",
        "After a surname the last word of a run goes on if it is a listed name.",
        _is_name_at_the_end,
    ),
    takes(
        "unlisted second word",
        "Bunu dün [Çelik Solandt] geldi.",
        "One surname is no whole name yet.",
        _is_unlisted_second,
    ),
    takes(
        "unknown word at the end",
        "Bunu dün [Batuhan Bozkurt Yüzgüleç] geldi.",
        "An unknown word closes the run after a given name and a surname.",
        _is_unknown_at_the_end,
    ),
    takes(
        "second surname",
        "Bunu dün [Juan Santos da Silva]-Göztepe oynadı.",
        "After a surname another one goes on.",
        _is_second_surname,
    ),
    takes(
        "surname as a given name",
        "Bunu koşan [Çiçek Solon] Şensoy sevindi.",
        "Three words make a whole run, of which the second is a given name and the third a surname.",
        _is_surname_as_given,
    ),
    leaves(
        "after a surname",
        "Bunu dün [İmge Mıngıroğlu Duo] çaldı.",
        "After a surname nothing else goes on.",
        _is_any,
    ),
)
"""Whether a name takes the next word. First what joins the words, which outweighs what they mean; capitals stand among
it, since in a heading nothing joins (only after a hyphen is a short word in capitals no abbreviation). Then common
words, which the lists of names have too. Then a name goes on until a surname ends it; last what still follows one.
"""

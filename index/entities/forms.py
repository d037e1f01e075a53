"""What a word form with suffixes is, where the lists have only its stem: a closing word, a title, a thing possessed.

Everything here works on keys (`lists.key`), in which ı stands as i.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from index.entities.traits import Trait

_HEAD_CASE = re.compile(
    r"(?:n[dt][ae](?:n|ki)?|n[aeiuü]|n[iuü]n|n?c[ae]|[iuüy]+l[ae]|l[ae]r(?:[iuü](?:n\w*)?|[dt][ae]n?|e|a)?)$"
)
# `Odyometrist`, `Kardiyolog`, `Diyetisyen`: callings that Turkish took from French.
_CALLING = re.compile(r"^.{3,}(?:ist|olog|isyen|[tszn]ör|esör)[iuü]?$")
# `Meclisimizde`, `Valimize`, `Eşiniz`: our parliament, your wife.
_OURS = re.compile(r"[iuü][mn][iuü]z(?:[aeiuü]|[iuü]n|[dt][ae]n?|l[ae])?$")
_TITLE_CASE = re.compile(
    r"(?:l[ae]r)?[iuü]?(?:m[iuü]z|m(?=[aeiuü]$|[dt][ae]n?$|[iuü]n$|l[ae]$))?"
    r"(?:n?[dt][ae]n?|n?[iuü]n|y?l[ae]|n?[aeiuü]|n?ce|nca)?$"
)
# `Tuğamiralliğe`: a rank that somebody is raised to, after the name; `Başbakanlık`, `Hristiyanlıkta`.
_RANK = re.compile(r"l[iuü]ğ[ae]$|l[iuü]kt[ae]n?$|(?:bakan|başkan)lik$")
# `Sanayicileri`, `İhracatçıları`: of a union, not of a person. `Yürütücüsü`, `Kurucusu`: what somebody is.
_MEMBERS = re.compile(r"[cç][iuü]l[ae]r[iuü]$")
_DOER = re.compile(r"[cç][iuü]s[iuü]$")
_AFTER_NAME = re.compile(
    r"^(?:bey|hanim|hoca|paşa|abi|abla|ağabey|usta|baba|dede|teyze|amca|anne|nine)(?:m|[iuü]m|[iuü]?m[iuü]z)?"
    r"(?:y?l[ae]|y?[aeiuü]|n?[iuü]n|[dt][ae]n?)?$"
)
_RESIDENT = re.compile(r"l[iuü](?:l[ae]r\w*)?$")
# `Sarı-Kırmızılılar`, `Osmanlılar`
_GROUP = re.compile(r"^.{3,}l[iuü]l[ae]r(?:[dt][ae]n?|[aeiuü]|[iuü]n|l[ae])?$")
_INSTITUTION = re.compile(
    r"l[iuü]ğ[iuü](?:n(?:[aeiuü]n?|d[ae]n?))?$|l[iuü]kl[ae]r[iuü]\w{0,4}$|^.{2,}(?:iyeti|lar birliği)$|^.{3,}bank$"
)


def derived_traits(entry: str, traits: Mapping[str, int]) -> int:
    """The trait of a form with suffixes that no list has (`Bakanlığından`, `Galatasaraylı`); 0 where it has none."""
    return next((trait for is_such, trait in _DERIVED if is_such(entry, traits)), 0)


def is_from_town(entry: str, traits: Mapping[str, int]) -> bool:
    """Whether a form means who lives in a town (`Bursalı`), which may be a surname, and not who is for a club."""
    found = _TOWNSMAN.search(entry)
    stem = entry[: found.start()] if found else ""
    return len(stem) > 3 and traits.get(stem, 0) & (Trait.PLACE | Trait.PROVINCE | Trait.CLUB) in _TOWNS


_TOWNSMAN = re.compile(r"l[iuü]$")
_TOWNS = (Trait.PLACE, Trait.PROVINCE, Trait.PLACE | Trait.PROVINCE)


def _is_sports_club(entry: str, _: Mapping[str, int]) -> bool:
    return entry.endswith("spor") and len(entry) > 6


def _is_family(entry: str, _: Mapping[str, int]) -> bool:
    return entry.endswith("oğlu") and len(entry) > 6


def _follows_name(entry: str, _: Mapping[str, int]) -> bool:
    return bool(_AFTER_NAME.match(entry))


def _is_calling(entry: str, _: Mapping[str, int]) -> bool:
    return bool(_CALLING.match(entry) or _DOER.search(entry))


def _is_ours_or_rank(entry: str, _: Mapping[str, int]) -> bool:
    ours = _OURS.search(entry)
    return bool((ours and ours.start() > 2) or _RANK.search(entry))


def _are_members(entry: str, _: Mapping[str, int]) -> bool:
    return bool(_MEMBERS.search(entry))


def _is_group(entry: str, _: Mapping[str, int]) -> bool:
    return bool(_GROUP.search(entry))


def _is_resident(entry: str, traits: Mapping[str, int]) -> bool:
    """`Bragalı`, `Erciyessporlu`: of a town or club."""
    found = _RESIDENT.search(entry)
    if not found:
        return False
    stem = entry[: found.start()]
    if traits.get(stem, 0) & (Trait.PLACE | Trait.PROVINCE | Trait.CLUB):
        return True
    return len(stem) > 4 and bool(traits.get(stem, 0) & Trait.CITY or stem.endswith("spor"))


def _is_head(entry: str, traits: Mapping[str, int]) -> bool:
    """`Caddesinde`, `Bakanlığından`: a closing word with a suffix, or any word in -lığı (an office, not its holder)."""
    if _INSTITUTION.search(entry):
        return True
    if _PLURAL.search(entry) and any(traits.get(entry[:-4] + ending, 0) & Trait.HEAD for ending in ("si", "i", "su")):
        # `Şelaleleri` of `Şelalesi`
        return True
    found = _HEAD_CASE.search(entry)
    return bool(found and traits.get(entry[: found.start()], 0) & Trait.HEAD)


def _is_title(entry: str, traits: Mapping[str, int]) -> bool:
    """`Bakanımıza`, `Başkanlarından`: a title with suffixes."""
    found = _TITLE_CASE.search(entry)
    if not found or len(entry) - found.start() <= 1:
        return False
    stems = [entry[:start] for start in range(max(found.start(), 5), len(entry))]
    if "l" in entry[found.start() : found.start() + 1]:
        # `Cumhurbaşkanlarından` of `Cumhurbaşkanı`
        stems += [entry[: found.start()] + ending for ending in ("i", "si", "u", "ü", "su", "sü")]
    return any(traits.get(stem, 0) & Trait.TITLE for stem in stems)


_OBLIQUE = re.compile(r"(?<=[iuü])n(?:[dt][ae](?:n|ki)?|[iuü]n|[ae])$")
_AFTER_VOWEL = re.compile(r"[aeioöuü]s[iuü]$")
_PLURAL = re.compile(r"l[ae]r[iuü]$")
_AFTER_CONSONANT = re.compile(r"[^aeioöuü][iuü]$")
_HARD = {"b": "p", "c": "ç", "d": "t", "ğ": "k", "g": "k"}
_SHORTEST_STEM = 3


def is_possessed(entry: str, traits: Mapping[str, int]) -> bool:
    """Whether a word is a common noun with the possessive ending of a compound, in any case but the accusative.

    `Buluşması`, `Şenlikleri'nde`, `Defteri`: Turkish builds the names of things so (Banguoğlu: belirtisiz isim
    tamlaması), while a surname seldom ends in one.
    """
    oblique = _OBLIQUE.search(entry)
    forms = [entry, entry[: oblique.start()]] if oblique else [entry]
    return any(traits.get(stem, 0) & Trait.COMMON for form in forms for stem in _stems(form))


def _stems(form: str) -> Iterator[str]:
    """The nouns of which a form may be the possessive."""
    if _AFTER_VOWEL.search(form) and len(form) - 2 >= _SHORTEST_STEM:
        yield form[:-2]
    if _PLURAL.search(form) and len(form) - 4 >= _SHORTEST_STEM:
        yield form[:-4]
    if _AFTER_CONSONANT.search(form) and len(form) - 1 > _SHORTEST_STEM:
        stem = form[:-1]
        yield stem
        hard = _HARD.get(stem[-1])
        if hard:
            yield stem[:-1] + hard


_DERIVED = (
    (_is_head, Trait.HEAD),
    (_is_sports_club, Trait.CLUB),
    (_is_family, Trait.SURNAME),
    (_follows_name, Trait.AFTER),
    (_is_calling, Trait.TITLE),
    (_is_ours_or_rank, Trait.NEVER),
    (_are_members, Trait.HEAD),
    (_is_title, Trait.TITLE),
    (_is_group, Trait.NEVER),
    (_is_resident, Trait.NEVER),
    (is_possessed, Trait.POSSESSED),
)
"""The first that a form is decides: endings that only one kind of word has stand before those that several share."""

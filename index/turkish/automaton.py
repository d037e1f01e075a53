"""The search through zeyrek's suffix graph: the same language as its own, five to ten times as fast.

zeyrek walks from state to state and works out, for each word anew, how a suffix is spelled after the letters before
it. All of that is determined by the state and the phonetic attributes at that point; so each such pair is a node,
made once, with the suffixes that may follow and how they are spelled. Before a path is followed, the node is asked
whether it can use up the rest of the word at all (without the conditions that look back over the path); the answer is
remembered, since words end alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

MAX_STEPS: Final = 20_000
"""Paths followed per word. No word of 40,000 articles takes as many; it bounds words made to be slow."""

MAX_REMEMBERED: Final = 300_000
"""Answers about rests of words that are remembered (about 30 MB) before all are forgotten."""


class Rules(Protocol):
    """What the automaton needs to know of the language; see `morphology`."""

    cannot_end: Any

    def node_key(self, stem: Any) -> tuple[Any, frozenset[Any]]: ...
    def surface(self, transition: Any, attributes: frozenset[Any]) -> str | None: ...
    def step(self, surface: str, transition: Any) -> Any: ...
    def after(self, surface: str, transition: Any, before: frozenset[Any], at_end: bool) -> frozenset[Any]: ...
    def conditions(self, transition: Any) -> list[Any]: ...
    def decide(self, condition: Any, attributes: frozenset[Any]) -> bool | None: ...


@dataclass(slots=True, eq=False)
class Edge:
    """A suffix that may follow a node. `spelled` is what must stand in the word; conditions look at the path."""

    spelled: str
    empty_template: bool
    step: Any
    conditions: tuple[Callable[[Any], bool], ...]
    at_end: Node
    inside: Node


@dataclass(slots=True, eq=False)
class Node:
    """A state of the graph and the phonetic attributes there. `final`: a word may end here."""

    state: Any
    attributes: frozenset[Any]
    final: bool
    edges: dict[str, list[Edge]] | None = None
    leads_to_end: dict[str, bool] = field(default_factory=dict)


class Path:
    """A path through the graph; it has what the conditions of zeyrek ask for."""

    __slots__ = ("contains_suffix_with_surface", "dict_item", "node", "phonetic_attributes", "tail", "transitions")

    def __init__(self, tail: str, node: Node, transitions: list[Any], dict_item: Any, suffixed: bool) -> None:
        self.tail = tail
        self.node = node
        self.transitions = transitions
        self.phonetic_attributes = node.attributes
        self.dict_item = dict_item
        self.contains_suffix_with_surface = suffixed

    @property
    def stem_transition(self) -> Any:
        """The root, as an edge of zeyrek's graph."""
        return self.transitions[0].lexical_transition

    @property
    def previous_state(self) -> Any:
        """The state before the current one."""
        return self.transitions[-2].state if len(self.transitions) > 1 else None


class Automaton:
    """All paths through the graph that spell a word, where `spell` says which letters count as the same."""

    def __init__(self, rules: Rules, stems: Mapping[str, list[Any]], spell: Callable[[str], str]) -> None:
        self._rules = rules
        self._spell = spell
        self._nodes: dict[tuple[int, frozenset[Any]], Node] = {}
        self._remembered = 0
        self._stems: dict[str, list[Any]] = {}
        for surface, transitions in stems.items():
            self._stems.setdefault(spell(surface), []).extend(transitions)

    def paths(self, word: str) -> Iterator[Path]:
        """Complete paths, breadth first: the order is the graph's, so it is the same in every process."""
        word = self._spell(word)
        return self._follow(list(self._starts(word)))

    def paths_from(self, stem: Any, word: str) -> Iterator[Path]:
        """Complete paths that start with a stem, whether or not the lexicon has it."""
        start = self._start(stem, word[len(stem.surface) :])
        return self._follow([start] if start else [])

    def _follow(self, current: list[Path]) -> Iterator[Path]:
        steps = 0
        while current and steps < MAX_STEPS:
            following: list[Path] = []
            for path in current:
                if not path.tail and path.node.final:
                    yield path
                else:
                    self._advance(path, following)
            steps += len(following)
            current = following

    def _starts(self, word: str) -> Iterator[Path]:
        for end in range(1, len(word) + 1):
            for stem in self._stems.get(word[:end], ()):
                start = self._start(stem, word[end:])
                if start:
                    yield start

    def _start(self, stem: Any, tail: str) -> Path | None:
        node = self._node(*self._rules.node_key(stem))
        if not self._can_end(node, tail):
            return None
        return Path(tail, node, [self._rules.step(stem.surface, stem)], stem.dict_item, False)

    def _advance(self, path: Path, following: list[Path]) -> None:
        tail = path.tail
        for edge in self._edges(path.node, tail[:1]):
            spelled = edge.spelled
            if spelled and not tail.startswith(spelled):
                continue
            rest = tail[len(spelled) :]
            node = edge.inside if rest else edge.at_end
            if not self._can_end(node, rest) or not all(accept(path) for accept in edge.conditions):
                continue
            suffixed = path.contains_suffix_with_surface or bool(spelled)
            following.append(Path(rest, node, [*path.transitions, edge.step], path.dict_item, suffixed))

    def _can_end(self, node: Node, tail: str) -> bool:
        """Whether some path from the node spells the tail, leaving aside conditions on the path before it."""
        known = node.leads_to_end.get(tail)
        if known is None:
            known = self._search_end(node, tail)
            self._remember(node, tail, known)
        return known

    def _search_end(self, start: Node, tail: str) -> bool:
        # Empty suffixes may lead in circles, so nodes reached without using up letters are visited once.
        seen = [start]
        for node in seen:
            if not tail and node.final:
                return True
            for edge in self._edges(node, tail[:1]):
                spelled = edge.spelled
                if not spelled:
                    target = edge.inside if tail else edge.at_end
                    if target not in seen:
                        seen.append(target)
                elif tail.startswith(spelled):
                    rest = tail[len(spelled) :]
                    if self._can_end(edge.inside if rest else edge.at_end, rest):
                        return True
        return False

    def _remember(self, node: Node, tail: str, answer: bool) -> None:
        if self._remembered >= MAX_REMEMBERED:
            for other in list(self._nodes.values()):
                other.leads_to_end = {}
            self._remembered = 0
        node.leads_to_end[tail] = answer
        self._remembered += 1

    def _node(self, state: Any, attributes: frozenset[Any]) -> Node:
        key = (id(state), attributes)
        node = self._nodes.get(key)
        if node is None:
            final = state.terminal and self._rules.cannot_end not in attributes
            # setdefault: another thread may have made it meanwhile, and nodes are compared by identity.
            node = self._nodes.setdefault(key, Node(state, attributes, final))
        return node

    def _edges(self, node: Node, letter: str) -> list[Edge]:
        """The edges worth trying before a letter; the empty string stands for the end of the word."""
        edges = node.edges
        if edges is None:
            edges = node.edges = self._expand(node)
        return edges[letter] if letter in edges else edges["other"]

    def _expand(self, node: Node) -> dict[str, list[Edge]]:
        edges = [edge for t in node.state.outgoing if (edge := self._edge(node, t)) is not None]
        # At the end of the word only suffixes without a template can follow, as in zeyrek.
        by_letter = {"": [e for e in edges if e.empty_template], "other": [e for e in edges if not e.spelled]}
        for letter in {e.spelled[0] for e in edges if e.spelled}:
            by_letter[letter] = [e for e in edges if not e.spelled or e.spelled[0] == letter]
        return by_letter

    def _edge(self, node: Node, transition: Any) -> Edge | None:
        rules = self._rules
        surface = rules.surface(transition, node.attributes)
        if surface is None:
            return None
        open_conditions = []
        for condition in rules.conditions(transition):
            decided = rules.decide(condition, node.attributes)
            if decided is False:
                return None
            if decided is None:
                open_conditions.append(condition.accept)
        return Edge(
            spelled=self._spell(surface),
            empty_template=not transition.token_list,
            step=rules.step(surface, transition),
            conditions=tuple(open_conditions),
            at_end=self._node(transition.to_, rules.after(surface, transition, node.attributes, True)),
            inside=self._node(transition.to_, rules.after(surface, transition, node.attributes, False)),
        )

"""
Likelier spellings of words that no product has: one letter more, less, other, or two neighbours swapped.

Where several words are known that near, the combination wins that most titles hold, so that ``hary poter`` becomes
``harry potter`` although ``hard`` and ``power`` are the more frequent words.
"""

from collections.abc import Iterator, Sequence
from itertools import product
from string import ascii_lowercase
from typing import Final

import tantivy

from ecs.embedded.hits import total
from ecs.embedded.words import variants

_SHORTEST: Final = 4
_LONGEST: Final = 24
_CANDIDATES: Final = 8
_MOST_COMBINATIONS: Final = 128


def corrected(searcher: tantivy.Searcher, schema: tantivy.Schema, asked: Sequence[str]) -> list[str]:
    """``asked`` with every unknown word replaced by a known one near to it, where there is one."""
    choices = [_candidates(searcher, word) for word in asked]
    while _combinations(choices) > _MOST_COMBINATIONS:
        longest = max(choices, key=len)
        longest.pop()
    if _combinations(choices) == 1:
        return [choice[0] for choice in choices]
    return list(max(product(*choices), key=lambda words: _titles(searcher, schema, tuple(words))))


def _candidates(searcher: tantivy.Searcher, word: str) -> list[str]:
    """The word itself when some product has it or when nothing is near; else what is near, most frequent first."""
    if any(_frequency(searcher, form) for form in (word, *variants(word))):
        return [word]
    if not _SHORTEST <= len(word) <= _LONGEST or not word.isalpha():
        return [word]
    near = ((_frequency(searcher, edit), edit) for edit in sorted(set(_edits(word))))
    known = sorted((pair for pair in near if pair[0]), key=lambda pair: (-pair[0], pair[1]))
    return [edit for _, edit in known[:_CANDIDATES]] or [word]


def _combinations(choices: Sequence[Sequence[str]]) -> int:
    count = 1
    for choice in choices:
        count *= len(choice)
    return count


def _titles(searcher: tantivy.Searcher, schema: tantivy.Schema, words: Sequence[str]) -> int:
    terms = [(tantivy.Occur.Must, tantivy.Query.term_query(schema, "title", word, "freq")) for word in words]
    return total(searcher.search(tantivy.Query.boolean_query(terms), limit=1))


def _frequency(searcher: tantivy.Searcher, word: str) -> int:
    return searcher.doc_freq("title", word) + searcher.doc_freq("text", word)


def _edits(word: str) -> Iterator[str]:
    for place in range(len(word) + 1):
        before, after = word[:place], word[place:]
        for letter in ascii_lowercase:
            yield f"{before}{letter}{after}"
            if after:
                yield f"{before}{letter}{after[1:]}"
        if after:
            yield before + after[1:]
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]

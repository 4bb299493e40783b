"""
Words as the index keeps them, computed here for queries.

The index splits text at everything that is neither letter nor digit, takes lower case, and folds accents; so must
whoever asks it. A word and its plural count as the same.
"""

import unicodedata
from typing import Final

import tantivy

TOKENIZER: Final = "words"
_MAX_WORD_BYTES: Final = 60

ANALYZER: Final = (
    tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    .filter(tantivy.Filter.remove_long(_MAX_WORD_BYTES))
    .filter(tantivy.Filter.lowercase())
    .filter(tantivy.Filter.ascii_fold())
    .build()
)


def words(text: str) -> list[str]:
    """The words of ``text``, in order."""
    return ANALYZER.analyze(text)


def variants(word: str) -> tuple[str, ...]:
    """Other forms under which ``word`` may stand in a text: its English singular and plural."""
    if len(word) < 3 or not word.isalpha():
        return ()
    if word.endswith("ies"):
        return (f"{word[:-3]}y",)
    if word.endswith(("ses", "xes", "hes")):
        return (word[:-2], word[:-1])
    if word.endswith("s") and not word.endswith("ss"):
        return (word[:-1],)
    return (f"{word[:-1]}ies",) if word.endswith("y") else (f"{word}s",)


def folded(text: str) -> str:
    """``text`` for comparing names: case, accents and surrounding white space do not count."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(letter for letter in decomposed if not unicodedata.combining(letter)).split())

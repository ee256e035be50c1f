"""Finds the language of an article: by its script, by its commonest words, then as declared."""

import re
from collections import Counter
from typing import Final

_WORD: Final = re.compile(r"[^\W\d_]+")
_SMALL_WORDS: Final = {
    "en": "the of and to in a is that for it was on with as he be by at are this have from not",
    "de": "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch",
    "fr": "de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se ce",
    "es": "de la que el en y a los se del las un por con no una su para es al lo como más o pero",
    "pt": "de a o que e do da em um para com não uma os no se na por mais as dos como mas ao foi",
    "it": "di e che la il un a per in una mi sono ho non lo ma le si con i da del alla della è",
    "nl": "de en het van een in is dat op te zijn met voor niet aan er om ook als dan maar bij",
    "sv": "och i att det som en på är av för med till den har de inte om ett han men var jag sig",
    "da": "og i at det er en til af på for der med den har de ikke et som han om var fra men",
    "no": "og i det er på en til som for at av med de ikke har den et om han var fra men så ble",
    "fi": "ja on ei se että hän oli ovat mutta kun myös joka sen olla mukaan ole ovat tai niin",
    "tr": "ve bir bu da de için ile olarak çok daha olan en gibi kadar sonra ise ne var o ya",
    "cs": "a se na v je že o s z do i to ve pro za by jsem ale po jako jsou k podle nebo",
    "sk": "a sa na v je že o s z do aj to vo pre za by som ale po ako sú k podľa alebo",
    "pl": "i w na z się do nie to jest że o jak po co za od a dla oraz przez ale jego był",
    "hu": "a az és hogy nem is egy van ez meg csak volt el ki már még mint azt de kell",
    "ro": "de și în a la cu pe nu o din care să un este mai pentru ce au fost că",
    "ca": "de la i el que a en les els per un amb una del no és es va al més ha",
    "id": "yang dan di ini itu dengan untuk dari dalam tidak pada akan ke adalah juga oleh saat",
    "sw": "na ya wa kwa ni katika la za kuwa hii cha huyo alisema kama hiyo yake pia",
    "ru": "и в не на что с по как это из за от к для его но он до был также у о",
    "uk": "і в не на що з по як це із за від до для його але він був також у та й",
    "be": "і ў не на што з па як гэта за ад да для яго але ён быў таксама у",
    "bg": "и в не на че с по как това от за да до е се са ще към но той",
}
_LANGUAGES_BY_WORD: Final = {
    word: tuple(lang for lang, words in _SMALL_WORDS.items() if word in words.split())
    for words in _SMALL_WORDS.values()
    for word in words.split()
}
_SCRIPTS: Final = (
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("ko", re.compile("[\uac00-\ud7af]")),
    ("zh", re.compile("[\u4e00-\u9fff]")),
    ("ar", re.compile("[\u0600-\u06ff]")),
    ("he", re.compile("[\u0590-\u05ff]")),
    ("el", re.compile("[\u0370-\u03ff]")),
    ("th", re.compile("[\u0e00-\u0e7f]")),
    ("hi", re.compile("[\u0900-\u097f]")),
    ("ka", re.compile("[\u10a0-\u10ff]")),
    ("hy", re.compile("[\u0530-\u058f]")),
)
_ANY_SCRIPT: Final = re.compile("|".join(script.pattern for _, script in _SCRIPTS))
MIN_LETTERS: Final = 20
"""Least number of letters from which a language is detected."""

SAMPLE_SIZE: Final = 3_000
"""Characters that are read: about 500 words, enough for a share that is stable to a hundredth."""


def find_language(body: str, declared: str | None) -> str | None:
    """Return the ISO 639-1 code of `body`, None if it is unknown.

    Args:
        declared: what the page declares (`en-GB`); it decides if the text does not.

    >>> find_language("The brigade moved to the north of the river, and it was seen.", None)
    'en'
    """
    by_text = detect_language(body)
    code = (declared or "").replace("_", "-").split("-")[0].lower()
    code = {"nb": "no", "nn": "no", "iw": "he", "in": "id"}.get(code, code)
    if by_text:
        return by_text
    return code if len(code) == 2 and code.isalpha() else None


def detect_language(text: str) -> str | None:
    """Return the language whose script or common words fill `text`, None if none clearly does."""
    sample = text[:SAMPLE_SIZE]
    letters = sum(map(str.isalpha, sample))
    if letters < MIN_LETTERS:
        return None
    for lang, script in _SCRIPTS if _ANY_SCRIPT.search(sample) else ():
        share = len(script.findall(sample)) / letters
        if share > (0.1 if lang == "ja" else 0.4):
            return lang
    words = Counter(_WORD.findall(sample.casefold()))
    counts: Counter[str] = Counter()
    for word in words.keys() & _LANGUAGES_BY_WORD.keys():
        for lang in _LANGUAGES_BY_WORD[word]:
            counts[lang] += words[word]
    if not counts:
        return None
    ranked = counts.most_common(2)
    clear = len(ranked) == 1 or ranked[0][1] > 1.15 * ranked[1][1]
    return ranked[0][0] if clear and ranked[0][1] >= 0.12 * words.total() else None

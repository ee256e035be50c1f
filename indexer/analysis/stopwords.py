"""Function words of English, and the first parts of English compounds.

Function words never exclude an article and have no weight in ranking. They are the closed classes
of English grammars (articles, prepositions, conjunctions, pronouns, determiners, auxiliaries, and
question words). No content word is among them, so that a query loses nothing.

`COMBINING` lists words and prefixes that English writes joined, apart or with a hyphen:
`cyber security`. Any two neighbours may spell a third word by chance (`not able`, `notable`), so a
pair is read as one word only by evidence; these first parts are evidence by themselves. Sources:
the combining forms of the GPO Style Manual, ch. 6, and the commonest first parts of solid compounds
in the DoD Dictionary of Military Terms. Left out: `over`, `out`, `up`, `down`, `in`, `on`, `to`,
`for`, `be`, which may precede any word.
"""

from __future__ import annotations

from typing import Final

from indexer.analysis.normalization import parse_word_set

FUNCTION_WORDS = frozenset(
    """
    a an the
    about above across after against along among around as at before behind below beneath beside
    besides between beyond by despite down during except for from in inside into near of off on
    onto out outside over past per since than through throughout till to toward towards under
    until up upon via with within without
    and but or nor so yet if because although though while whereas unless whether
    i me my mine myself we our ours ourselves you your yours yourself yourselves he him his himself
    she her hers herself it its itself they them their theirs themselves
    this that these those such same each every either neither both all any some no none other
    another much many more most few fewer less least several own
    who whom whose which what when where why how
    am is are was were be been being have has had having do does did doing done
    can could may might must shall should will would ought
    not only also just too very then there here now again further once ever never
    """.split()  # noqa: SIM905
)

COMBINING: Final = parse_word_set(
    "aero agro air anti arm armor astro auto battle bio black blood blue boat bomb book bull "
    "bunker camp cease co coast cold counter cross cyber data day dead deep double drone dry "
    "earth eco electro euro ever extra eye fighter fire flag flight foot fuel gate geo green "
    "ground gun half hand hard head health heavy heli home hot house hydro hyper infra inter "
    "intra key kilo land launch law life light macro main mass master mega meta micro mid mine "
    "mini missile multi nano narco neo net news night non north nuclear pan para peace photo pipe "
    "policy poly post power pre pro proto quad radio rail re red ring road rocket safe sand "
    "school sea self semi ship shore short side sky snow soft south space speed spy star steam "
    "stock store sub super supra tank task techno tele test thermo time torpedo trade train trans "
    "troop turbo ultra under uni war watch water weapon weather web wet wheel white wide wild "
    "wind work world "
)
"""First parts of compounds, folded."""

SHORTEST_SECOND: Final = 3
"""Fewest letters of a second part."""

"""Function words of English: they never exclude an article and carry no weight in ranking.

Closed classes as grammars of English list them (articles, prepositions, conjunctions, pronouns,
determiners, auxiliaries, and question words); no content word, so that a query loses nothing.
"""

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

"""Words and prefixes that English writes together, apart or with a hyphen: `cyber security`.

Any two neighbours may spell a third word by chance (`not able`, `notable`), so that a pair is read
as one only by evidence. These first parts are evidence by themselves. Sources: the combining
forms of the GPO Style Manual, ch. 6, and the commonest first parts of solid compounds in the DoD
Dictionary of Military Terms. Left out: `over`, `out`, `up`, `down`, `in`, `on`, `to`,
`for`, `be`, which stand before any word.
"""

from __future__ import annotations

from typing import Final

from indexer.analysis.folding import word_set

COMBINING: Final = word_set(
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
"""Letters a second part needs."""

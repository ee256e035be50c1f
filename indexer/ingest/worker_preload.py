"""Cleans one page when imported, so that every worker starts warm; only the fork server imports it.

The first page a process cleans costs 0.25 s, nearly all of it compiling selectors and patterns; a
worker forked from this state cleans its first page as fast as its second.
"""

from indexer.ingest.workers import PageLimits, clean_one
from indexer.models import Page

_PARAGRAPHS = "".join(
    f"<p>WARSAW, Poland — Brigade {number} moved its guns along the river, said Col. Nowak.</p>"
    for number in range(6)
)
_PAGE = (
    '<html lang="en"><head><title>Guns moved</title><meta property="og:type" content="article">'
    '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2024-05-01"}'
    f"</script></head><body><article><h1>Guns moved</h1>{_PARAGRAPHS}</article></body></html>"
)

clean_one(Page("warm.html", _PAGE.encode()), PageLimits(0, 0, pack=False))

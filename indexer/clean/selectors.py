"""Tables that say what in a page is article, metadata or furniture; no code, no site.

A word of a table is matched against the words of an element's `class` and `id` (split at
`-`, `_`, `:` and where lower case meets upper case), never against an outlet's name.
"""

from typing import Final

NEVER_ARTICLE: Final = frozenset(
    """script style template svg math iframe object embed applet canvas audio video source track
    map area select option optgroup datalist button input textarea progress meter dialog menu
    noscript noframes frame frameset head link meta base title img picture wbr param colgroup col
    """.split()
)
"""Elements without article text; the soup never holds them."""

INLINE: Final = frozenset(
    """a abbr acronym b bdi bdo big br cite code data del dfn em font i ins kbd label mark nobr q rp
    rt ruby s samp small span strike strong sub sup time tt u var img wbr
    """.split()
)
"""Elements that stand inside a line; every other one begins a new block."""

ARTICLE_TYPES: Final = {
    "newsarticle": 6,
    "reportagenewsarticle": 6,
    "analysisnewsarticle": 6,
    "opinionnewsarticle": 6,
    "liveblogposting": 5,
    "article": 5,
    "blogposting": 5,
    "techarticle": 5,
    "report": 5,
    "scholarlyarticle": 5,
    "reviewnewsarticle": 5,
    "review": 3,
    "socialmediaposting": 3,
    "recipe": 3,
    "webpage": 2,
    "itempage": 2,
    "medicalwebpage": 2,
    "videoobject": 2,
}
"""schema.org types that can describe the article of a page, the likelier the higher."""

TITLE_META: Final = (
    "og:title",
    "twitter:title",
    "citation_title",
    "parsely-title",
    "sailthru.title",
    "dc.title",
    "dcterms.title",
    "headline",
    "title",
)

PUBLISHED_META: Final = (
    "article:published_time",
    "og:published_time",
    "og:article:published_time",
    "rnews:datepublished",
    "datepublished",
    "parsely-pub-date",
    "sailthru.date",
    "citation_publication_date",
    "citation_online_date",
    "article.published",
    "publishdate",
    "publish_date",
    "publish-date",
    "pubdate",
    "dc.date.issued",
    "dcterms.issued",
    "dcterms.created",
    "dc.date.created",
    "originalpublicationdate",
    "article_date_original",
    "cxenseparse:recs:publishtime",
    "article:published",
    "bt:pubdate",
    "publication_date",
    "date.published",
    "datecreated",
    "dc.date",
    "dcterms.date",
    "created",
    "date",
)

UPDATED_META: Final = (
    "article:modified_time",
    "og:updated_time",
    "datemodified",
    "dcterms.modified",
    "lastmod",
    "last-modified",
    "dc.date.modified",
)

AUTHOR_META: Final = (
    "author",
    "article:author",
    "article:author_name",
    "og:article:author",
    "parsely-author",
    "sailthru.author",
    "byl",
    "dc.creator",
    "dcterms.creator",
    "citation_author",
    "cxenseparse:author",
    "authors",
    "dc.contributor",
)

SECTION_META: Final = (
    "article:section",
    "og:section",
    "section",
    "parsely-section",
    "cg",
    "dc.subject",
)
TAG_META: Final = (
    "article:tag",
    "news_keywords",
    "parsely-tags",
    "sailthru.tags",
    "keywords",
    "dc.subject",
)
SOURCE_META: Final = (
    "og:site_name",
    "application-name",
    "publisher",
    "dc.publisher",
    "apple-mobile-web-app-title",
)

JUNK_TAGS: Final = frozenset({"nav", "footer", "aside", "form", "figure", "figcaption", "address"})
"""Elements that are furniture as a rule; one that holds most of the text is kept all the same."""

JUNK_ROLES: Final = frozenset(
    {
        "navigation",
        "banner",
        "contentinfo",
        "search",
        "complementary",
        "dialog",
        "alertdialog",
        "menu",
        "toolbar",
    }
)

JUNK_WORDS: Final = frozenset(
    """advert advertisement ads ad adbox breadcrumb breadcrumbs byline bio caption consent cookie cookies
    copyright disclaimer dateline footer gdpr header hidden keywords menu meta metadata modal nav
    navbar navigation newsletter newsletters outbrain overlay pager pagination paywall popup popular
    promo promoted promotion rail recirc recirculation recommend recommendation recommendations
    recommended related share sharebar sharing sidebar signup skip social socials sponsor sponsored
    subscribe subscription taboola tag tags teaser teasers timestamp toolbar tooltip topics trending
    widget widgets""".split()
)

COMMENT_WORDS: Final = frozenset("comment comments commentlist disqus respond livefyre".split())
"""Comment threads are out even where they hold most of the text of the page."""

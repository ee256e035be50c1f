"""Tables of the tags, classes, meta names and words by which cleaning tells parts of a page apart.

A word of a table is compared with the words of an element's `class` and `id` (divided at `-`, `_`,
`:` and where lower case meets upper case). No table knows an outlet.
"""

from typing import Final


def make_word_set(text: str) -> frozenset[str]:
    """Return the words of a table, which white space separates."""
    return frozenset(text.split())


NEVER_ARTICLE: Final = make_word_set(
    """script style template math iframe object applet canvas audio video
    map area select option optgroup datalist input textarea progress meter
    noscript noframes frame frameset link meta base title img picture param colgroup col
    """
)
"""Elements without article text, which the soup leaves out. `wbr`, `embed`, `source` and `track`
are not among them: libxml2 does not know that they are empty, and puts the text after them inside.
"""

MOSTLY_EMPTY: Final = frozenset({"head", "svg", "button", "dialog", "menu"})
"""Elements without article text, unless broken markup left them open around the page.

libxml2 does not know `<article>`, `<section>` and `<main>`. If a page writes neither `<head>` nor
`<body>`, these do not end the head that `<title>` began.
"""

INLINE: Final = make_word_set(
    """a abbr acronym b bdi bdo big br cite code data del dfn em font i ins kbd label mark nobr q rp
    rt ruby s samp small span strike strong sub sup time tt u var img wbr
    embed source track
    """
)
"""Elements inside a line of text; every other element begins a new block."""

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
"""schema.org types that can describe the article of a page; the higher number is preferred."""

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
    "citation_author",
    "citation_authors",
    "author",
    "article:author",
    "article:author_name",
    "og:article:author",
    "parsely-author",
    "sailthru.author",
    "byl",
    "dc.creator",
    "dcterms.creator",
    "cxenseparse:author",
    "authors",
    "dc.contributor",
)

WRITTEN_LABELS: Final = frozenset(
    """
    written by|verfasst von|geschrieben von|\u00e9crit par|r\u00e9dig\u00e9 par|escrito por|
    scritto da|geschreven door|skrevet av|skrevet af|skriven av|kirjoittanut|napisane przez|autor|
    \u043d\u0430\u043f\u0438\u0441\u0430\u043d\u043e\u0020
    \u0430\u0432\u0442\u043e\u0440\u043e\u043c|\u57f7\u7b46\u8005
    """.replace("\n    ", "")
    .strip()
    .split("|")
)
"""Labels that SEO plug-ins put before an author's name on a social card, in several languages."""

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

BOILERPLATE_TAGS: Final = frozenset({"nav", "footer", "figcaption", "aside"})
"""Elements that are always boilerplate."""

DOUBTFUL_TAGS: Final = frozenset({"form", "article", "header", "address", "button"})
"""Elements that are boilerplate if they hold no running text."""

BOILERPLATE_ROLES: Final = frozenset(
    {"navigation", "contentinfo", "search", "dialog", "alertdialog", "menu", "menubar", "toolbar"}
)

BOILERPLATE_NAMES: Final = make_word_set(
    """
    ad ads adv advert adverts advertisement advertising adslot adbox banner bannerad
    sponsor sponsored
    breadcrumb breadcrumbs byline bylines caption captions captioned figcaption credit credits
    consent cookie cookies gdpr copyright disclaimer disclaimers
    footer foot nav navbar navigation menu submenu pager pagination skip
    newsletter newsletters signup subscribe subscription subscriptions
    outbrain taboola recirc recirculation promo promos promoted promotion
    recommend recommended recommendation recommendations related relatedposts similar
    readmore readnext trending popular mostread mostpopular
    share shares shared sharebar sharing sharedaddy social socials addthis addtoany follow
    tags tagcloud taglist tooltip modal popup lightbox overlay akismet
    authorbio bio biography aboutauthor authorbox
    jp yarpp sidebar aside
    """
)
"""Names of boilerplate, unless they cover much of the running text of a page."""

DOUBTFUL_NAMES: Final = make_word_set(
    """
    rail widget widgets hidden teaser teasers card cards carousel slider slide
    slides slideshow swiper gallery player video media attachment
    author authors date time timestamp published updated meta metadata header head topbar
    category categories keywords keyword topics topic tag label kicker eyebrow
    button buttons btn btns form forms login register email print search tool tools toolbar
    action actions cta contact more next prev previous posts articles stories latest
    callout infobox paywall premium offer rating ratings shop donation donate
    footnote footnotes references sticky floating disclosure notice notification alert
    """
)
"""Names of boilerplate only if the element holds hardly any running text."""

TEXT_TAGS: Final = frozenset(
    {
        "p",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "li",
        "blockquote",
        "pre",
        "table",
        "tr",
        "td",
        "th",
        "dd",
        "dt",
    }
)
"""Elements made for text: of their names only BOILERPLATE_NAMES and COMMENT_NAMES count."""

BODY_NAMES: Final = tuple(
    frozenset(pair.split())
    for pair in (
        "article body", "article content", "article text", "entry content", "post content",
        "post body", "story body", "story content", "story text", "news text", "body text",
        "main content", "article main", "articlebody", "articletext", "storytext", "postcontent",
    )
)  # fmt: skip
"""Words that together name the element of an article's text."""

NAMES_OF_LARGE_ELEMENTS: Final = make_word_set(
    "footer nav navigation menu cookie cookies consent gdpr copyright breadcrumb caption captions "
    "figcaption"
)
"""Names of boilerplate that count even if they cover most of a short page."""

COMMENT_NAMES: Final = make_word_set(
    "comment comments commentlist commentary disqus respond livefyre replies reply discussion"
)
"""Names of comment threads, which never belong to the article, even if they are most of the page.
"""

DESCRIPTION_META: Final = ("og:description", "description", "twitter:description")

HIDDEN_CLASSES: Final = make_word_set(
    """
    sr-only visually-hidden visuallyhidden screen-reader-text screen-reader-only screenreader-text
    u-visually-hidden u-visuallyhidden hidden-visually is-visually-hidden offscreen h-offscreen
    show-for-sr a11y-hidden element-invisible assistive-text
    """
) | {
    f"{card}{joint}{part}"
    for card in ("tooltip", "popover", "popup", "hovercard", "hover-card", "rollover")
    for joint in ("", "-", "_", "__")
    for part in ("text", "content", "body", "inner", "block", "box", "bubble")
}
"""Classes of text that is not shown, or only when the pointer rests on a word; inside a line too.
"""

BYLINE_NAMES: Final = make_word_set(
    """
    byline bylines author authors authorname authorlink writer writers contributor contributors
    reporter reporters journalist autor autoren auteur verfasser redakteur
    """
)
"""Names of elements that print the authors of the article."""

NOT_BYLINE_NAMES: Final = make_word_set(
    """
    comment comments related recirc recirculation popular trending recommended sidebar newsfeed
    carousel latest
    """
)
"""Names of elements whose bylines belong to other articles or to comments."""

AGENCIES: Final = make_word_set(
    """
    aap afp ani ansa ap apa belga bloomberg bta cna ctk dpa dvids dw efe ians interfax irna
    itar-tass kna kyodo lusa mti ntb pa pap pti reuters rferl ria ritzau rnz sda sid stt tanjug
    tass tt ukrinform unian upi xinhua yonhap
    """
)
"""News agencies that sign with one word."""

DESK_WORDS: Final = make_word_set(
    """
    agencies agency association bureau command committee contributors council department desk
    editorial editors foundation group headquarters inc institute llc magazine media ministry
    network news newsroom newspaper office online organization press publishing radio
    redaktion redaktionen redactie redacci\u00f3n redazione r\u00e9daction redac\u00e7\u00e3o
    reporters research service services society staff studio studios team television times tv
    university wire writers agence agentur agencia agenzia
    \u0440\u0435\u0434\u0430\u043a\u0446\u0438\u044f
    \u0440\u0435\u0434\u0430\u043a\u0446\u0456\u044f \u7de8\u96c6\u90e8 \u7f16\u8f91\u90e8
    """
)
"""Words in the names of desks, agencies and offices, which no person is called."""

ABOUT_NAMES: Final = make_word_set("meta byline header head info details")
"""Names of the lines about an article, which may count comments or be in a footer too."""

UPDATED_NAMES: Final = make_word_set(
    "updated update modified lastmod datemodified lastupdated revised"
)
"""Names of elements that print the date of the last change."""

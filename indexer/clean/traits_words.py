"""The lists of words `traits` counts: names of elements and words of lines, by family; no site."""

from typing import Final

from indexer.clean.selectors import words_of

PLACE_NAMES: Final = {
    "body": words_of(
        """
        body content text entry article story main post prose richtext wysiwyg paragraph copy
        """
    ),
    "ad": words_of(
        """
        ad ads adv advert adverts advertisement advertising adslot adbox banner sponsor
        sponsored promo promos promoted promotion outbrain taboola
        """
    ),
    "nav": words_of(
        """
        nav navbar navigation menu submenu breadcrumb breadcrumbs pager pagination skip tabs tab
        toc contents index sticky
        """
    ),
    "news": words_of(
        """
        newsletter newsletters signup subscribe subscription subscriptions paywall premium login
        register donate donation form forms cta email
        """
    ),
    "related": words_of(
        """
        related recirc recirculation recommend recommended recommendation recommendations
        similar readmore readnext next prev previous trending popular mostread mostpopular more
        latest stories articles posts teaser teasers news headlines
        """
    ),
    "share": words_of(
        """
        share shares shared sharebar sharing sharedaddy social socials addthis addtoany follow
        """
    ),
    "author": words_of(
        """
        author authors byline bylines bio biography authorbio aboutauthor authorbox contributor
        contributors
        """
    ),
    "caption": words_of(
        """
        caption captions captioned figcaption credit credits gallery slider slide slides
        slideshow carousel image img photo photos picture figure thumb thumbnail
        """
    ),
    "comment": words_of(
        """
        comment comments commentlist commentary disqus respond livefyre replies reply discussion
        """
    ),
    "meta": words_of(
        """
        date dateline datetime time timestamp published updated meta metadata info details
        """
    ),
    "widget": words_of(
        """
        widget widgets card cards rail sidebar aside block module item grid column columns
        """
    ),
    "box": words_of(
        """
        callout infobox box notice notification alert modal popup lightbox overlay tooltip
        highlight factbox sidebar inset pullquote quote
        """
    ),
    "tags": words_of(
        """
        tags tag tagcloud taglist topic topics category categories keyword keywords label labels
        """
    ),
    "foot": words_of(
        """
        footer foot copyright disclaimer disclaimers disclosure legal bottom footnote footnotes
        references reference cookie cookies consent gdpr
        """
    ),
    "list": words_of(
        """
        list items ul li faq accordion collapse
        """
    ),
    "video": words_of(
        """
        video player media embed embedded audio podcast tweet twitter instagram facebook
        attachment
        """
    ),
    "summary": words_of(
        """
        summary excerpt deck dek lead lede intro standfirst subtitle subheading subhead
        description abstract perex preamble chapo
        """
    ),
    "shop": words_of(
        """
        product products price prices buy shop offer offers rating ratings deal deals button
        buttons btn
        """
    ),
}
"""Families of the names elements carry, as the traits of a line count them."""

FURNITURE_FAMILIES: Final = words_of(
    """
        ad nav news related share author caption comment meta tags foot
        """
)
"""Families that mark furniture."""

LINE_WORDS: Final = {
    "we": words_of(
        """
        we our us my me wir unser unsere unserem unseren nous nos notre nosotros nuestra nuestro
        noi nostra nostro nós nossa nosso vi vår våra wij ons onze
        """
    ),
    "you": words_of(
        """
        you your yours sie ihr ihre ihren vous votre vos usted tu tus você seu sua jou jouw je
        uw du din dig dein deine
        """
    ),
    "author": words_of(
        """
        author writer editor editors journalist reporter correspondent columnist contributor
        founder professor director analyst freelance blogger phd ceo degree graduate university
        joined covers experience based lives redakteur redakteurin autor autorin journaliste
        auteur periodista jornalista giornalista skribent toimittaja
        """
    ),
    "offer": words_of(
        """
        newsletter newsletters subscribe subscription sign podcast free download app course
        webinar join click contact follow share email discount offer shop buy event community
        membership watch listen website blog inbox whatsapp telegram facebook twitter instagram
        linkedin youtube kanal abonnieren abonnez abonnement suscríbete suscribirse inscreva
        iscriviti prenumerera tilaa
        """
    ),
    "legal": words_of(
        """
        copyright rights reserved disclaimer advice liability trademark trademarks registered
        privacy policy terms endorse sponsored affiliate commission opinion opinions views
        intended purposes information responsibility responsible published originally updated
        source references reference license datenschutz urheberrecht droits derechos direitos
        diritti
        """
    ),
}
"""Words whose number in a line tells requests, notes on authors and small print from reporting."""

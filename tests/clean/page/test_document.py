"""One pass over the elements of a page finds what the extractors of its fields ask for."""

from indexer.clean.page.document import find_marked_elements, read_document
from indexer.models import Page

HTML = b"""<body>
<h1 itemprop="headline">Second pontoon laid</h1>
<p><a rel="category tag" href="/war">War</a> <a rel="author" href="/lee">Ann Lee</a></p>
<p><time>3 May 2024</time> <span itemprop="datePublished">3 May</span> <time>4 May</time></p>
<h1>More to read</h1><div rel="tag"><b itemprop="keywords">bridges</b></div>
</body>"""


def test_elements_are_found_by_kind_in_document_order():
    marks = find_marked_elements(read_document(Page(name="a.html", data=HTML)).tags)
    assert [tag.get_text() for tag in marks.headings] == ["Second pontoon laid", "More to read"]
    assert [tag.get_text() for tag in marks.dated] == ["3 May 2024", "3 May", "4 May"]
    assert [tag.name for tag in marks.properties["keywords"]] == ["b"]
    assert [tag.name for tag in marks.relations["tag"]] == ["a", "div"]
    assert [tag.get_text() for tag in marks.relations["author"]] == ["Ann Lee"]
    assert "dateModified" not in marks.properties

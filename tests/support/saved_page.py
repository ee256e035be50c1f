"""Make an HTML page as a browser saves it."""

from __future__ import annotations

TEXT = "".join(
    f"<p>Paragraph {number} tells how the brigade moved its guns along the river road.</p>"
    for number in range(6)
)


def make_page(hostile: str) -> bytes:
    """Return a page with `hostile` markup in front of an article."""
    page = f"<html><head><title>Guns</title></head><body>{hostile}<article><h1>Guns</h1>{TEXT}"
    return f"{page}</article></body></html>".encode()

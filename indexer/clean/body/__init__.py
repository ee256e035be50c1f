"""The text of an article: where it is on the page, and which lines belong to it."""

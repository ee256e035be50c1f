"""Finds the text of an article: the element of the page that holds it, then its lines."""

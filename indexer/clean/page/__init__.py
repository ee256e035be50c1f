"""A saved page as it is read: charset, HTML tree, blocks of text, selectors."""

"""Cleaning: a saved page or a record of a dump (`Page`) becomes an `Article`.

`article.clean` is the entry point. `page/` reads a page, `fields/` finds the fields of its article,
`body/` finds its text; `json_record` reads a record.
"""

from typing import Final

NOT_FROM_PAGE: Final = {"name", "id", "systems", "countries", "saved", "notes"}
"""Attributes of `Article` that never hold text from the page."""

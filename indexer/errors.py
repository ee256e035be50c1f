"""Every error that is reported to a user. A message says what failed, where, and what to do.

IndexerError
├── SourceError        a source cannot be read at all (missing, empty, no permission)
├── PageError          one page cannot become an article; it is quarantined, the batch continues
├── ListError          a word list has a bad row; the message names file and line
├── QueryRefused       a query is over a limit (HTTP 400); the message names the limit
├── SearchTimeout      a search is over its time budget (HTTP 503)
├── SettingError       an option, variable or settings file has an invalid value
├── WorkerError        the cleaning processes cannot start
├── NoArticle          no article of the index has the id
├── WorkerFailed       a measuring process of `bench` ended before it answered
└── StoreError         an index cannot be opened or written
    ├── NoIndex        there is no index yet
    ├── VersionError   the index was made by another version: rebuild needed
    ├── DamageError    a file of the index is missing or altered
    ├── UnreadableError  a file of the index cannot be read now, so nothing is known of it
    ├── ForeignError   the folder has files that are not an index of ours
    └── LockedError    another process is writing
"""


class IndexerError(Exception):
    """Root of all errors raised on purpose; `str(error)` is the message for the user."""


class SourceError(IndexerError):
    """A source named on the command line cannot be read at all."""


class PageError(IndexerError):
    """One page cannot become an article. The message is the reason shown in the report."""


class ListError(IndexerError):
    """A word list has a bad row; the message begins with `file:line`."""


class QueryRefused(IndexerError):
    """A query is over a limit, decided before it is parsed or searched; the message names it."""


class SearchTimeout(IndexerError):
    """A search went over its time budget; the message says how to narrow it."""


class SettingError(IndexerError):
    """An option, environment variable or settings file has an invalid value."""


class WorkerError(IndexerError):
    """The processes that clean pages cannot start; the message says what the script must add."""


class NoArticle(IndexerError):
    """The index holds no article with the id requested."""


class WorkerFailed(IndexerError):
    """A measuring process ended before it answered; its message is on stderr."""


class StoreError(IndexerError):
    """An index cannot be opened or written."""


class NoIndex(StoreError):
    """There is no index at the location given."""


class VersionError(StoreError):
    """The index was made by another version of Dateline; a rebuild is needed."""


class DamageError(StoreError):
    """A file of the index is missing, altered or unreadable; the message names it."""


class UnreadableError(StoreError):
    """A file of the index cannot be read now: it is neither absent nor damaged for all we know."""


class ForeignError(StoreError):
    """A folder has files that are not an index of ours; nothing is written or removed there."""


class LockedError(StoreError):
    """Another process is writing to this index."""

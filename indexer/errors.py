"""Every error a person can meet. A message says what, where, and the way out.

IndexerError
├── SourceError        a source that cannot be read at all (missing, empty, no permission)
├── PageError          one page that cannot become an article; it is quarantined, the batch goes on
├── ListError          a bad row in a word list, by file and line
├── QueryRefused       a query over a limit (HTTP 400); the message names the limit
├── SearchTimeout      a search over its time budget (HTTP 503)
├── SettingError       an option, variable or settings file that makes no sense
├── WorkerError        cleaning processes that cannot start
├── NoArticle          no article with that id in this index
├── WorkerFailed       a measuring process of `bench` that ended before it answered
└── StoreError         an index that cannot be opened or written
    ├── NoIndex        nothing there yet
    ├── VersionError   made by another version: rebuild needed
    ├── DamageError    a file of the index is missing or altered
    └── LockedError    another process is writing
"""


class IndexerError(Exception):
    """Root of all errors raised on purpose; `str(error)` is what a person reads."""


class SourceError(IndexerError):
    """A source named on the command line cannot be read at all."""


class PageError(IndexerError):
    """One page cannot become an article. The message is the reason shown in the report."""


class ListError(IndexerError):
    """A word list has a bad row; the message begins with `file:line`."""


class QueryRefused(IndexerError):
    """A query is over a limit, decided before parsing; the message names the limit."""


class SearchTimeout(IndexerError):
    """A search went over its time budget; the message says how to narrow it."""


class SettingError(IndexerError):
    """An option, environment variable or settings file has a value that makes no sense."""


class WorkerError(IndexerError):
    """The processes that clean pages cannot start; the message says what the script lacks."""


class NoArticle(IndexerError):
    """The index holds no article with the id asked for."""


class WorkerFailed(IndexerError):
    """A measuring process ended before it answered; its own message is on stderr."""


class StoreError(IndexerError):
    """An index cannot be opened or written."""


class NoIndex(StoreError):
    """There is no index at the place named."""


class VersionError(StoreError):
    """The index was made by another version of Dateline; a rebuild is needed."""


class DamageError(StoreError):
    """A file of the index is missing, altered or unreadable; the message names it."""


class LockedError(StoreError):
    """Another process is writing to this index."""

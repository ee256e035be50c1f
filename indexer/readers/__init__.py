"""Sources to pages: bytes in, `Page` out; nothing is parsed here.

A source is a folder (searched deep), a page file, or an archive of pages; `registry` has the table
of what is read. `list_files` names the files of a source without reading them, `read_file` yields
the pages of one file. What cannot be read is yielded as `Quarantined`, never raised: one bad file
does not stop a batch.
"""

from indexer.readers.corpus import read_corpus, read_file
from indexer.readers.folder import SourceFile, list_files
from indexer.readers.registry import describe_sources

__all__ = ["SourceFile", "describe_sources", "list_files", "read_corpus", "read_file"]

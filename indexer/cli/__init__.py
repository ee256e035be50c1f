"""The command line, `python -m indexer` or `dateline`; all printing is done here.

Results on stdout, progress on stderr; exit 0 done, 1 failed, 2 wrong use.
"""

from indexer.cli.base import main

__all__ = ["main"]

"""`python -m web` runs `dateline serve`."""

import sys

from indexer.cli import main

main(["serve", *sys.argv[1:]], prog_name="python -m web")

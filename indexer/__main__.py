"""`python -m indexer` is `dateline`."""

from indexer.cli import main

if __name__ == "__main__":
    main(prog_name="dateline")

"""Sources to an index: read, clean in worker processes, quarantine, write."""

"""Search over an index: compile a query, execute it, rank, count, explain."""

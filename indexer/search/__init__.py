"""Search an index: `open_index` opens it, `Index` answers."""

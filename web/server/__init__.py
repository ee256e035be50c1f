"""The HTTP server: sockets, connections and their limits, start and stop."""

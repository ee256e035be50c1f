"""The server: sockets, connections, and how many exports run at once."""

"""Sockets, as clients know them."""

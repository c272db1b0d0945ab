"""Accounts, as seen through HTTP and sockets."""

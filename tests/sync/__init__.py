"""Resuming: what a device missed, over sockets and HTTP."""

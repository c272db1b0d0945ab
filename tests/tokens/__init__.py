"""Tokens, and the bots that act by them."""

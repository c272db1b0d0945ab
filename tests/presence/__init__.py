"""Typing, online and offline, last seen."""

"""Notifications: who is told of a message, and who is not."""

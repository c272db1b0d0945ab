"""The floor that knows nothing of messages."""

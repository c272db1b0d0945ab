"""All conversations at a glance."""

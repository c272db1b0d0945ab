"""A handful of people, contacts, groups and messages, for a newcomer to look at."""

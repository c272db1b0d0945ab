"""A handful of people, contacts, groups and messages, for a newcomer to look at.

Everything happens through the actions that serve clients too, so what the demo leaves is what
people would have left. Rules: never in prod, because its passwords stand here; a second run adds
nothing, and a run that was cut short is taken up where it ended.
"""

from __future__ import annotations

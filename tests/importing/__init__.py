"""`pinge import`: an original to bring in, what it answered, and whether we answer the same."""

from __future__ import annotations

"""Bringing in what people have in the original Pinge: `pinge import`.

Rules: into an empty database only, while nobody serves; what clients see is what they saw, the same
ids, histories, roles, unread figures and logins; each row comes in or is named, with the reason; a
run that was cut short, however it was, goes on when it is run again, and ends as it would have.

The original's rows are read (original.sql), laid out in temporary tables (staging.sql), judged
(judging.sql) and written (importing.sql).
"""

from __future__ import annotations

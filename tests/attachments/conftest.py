"""A bucket, for files that lie in one."""

from __future__ import annotations

from tests.media.conftest import bucket as bucket
from tests.media.conftest import in_bucket as in_bucket

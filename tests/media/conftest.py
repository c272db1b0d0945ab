"""A maker of pictures, and a bucket that is as good as anybody's."""

from __future__ import annotations

import pytest

from pinge.media.images import Images
from tests.bucket import Bucket


@pytest.fixture
def images():
    """One that is at rest."""
    return Images()


@pytest.fixture(scope="package")
def bucket(tmp_path_factory):
    """A running server."""
    running = Bucket(tmp_path_factory.mktemp("bucket"))
    yield running
    running.stop()


@pytest.fixture
def in_bucket(bucket, monkeypatch, tmp_path):
    """What PINGE_FILES may be, in an environment that leads there: a folder for this test."""
    for name, value in bucket.environment.items():
        monkeypatch.setenv(name, value)
    return f"s3://files/{tmp_path.name}"

"""Tests of message requests."""

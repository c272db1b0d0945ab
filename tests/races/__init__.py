"""Tests of what people do at the same instant."""

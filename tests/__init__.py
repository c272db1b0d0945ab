"""The tests of Pinge."""

"""The numbered changes that make the schema: SQL only."""

"""The queries that Pinge runs, one file a feature, and the schema they run on: SQL only."""

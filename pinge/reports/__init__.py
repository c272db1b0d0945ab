"""Reports: what users want whoever runs Pinge to look at.

Rules: one reports a message that one may read, a person, or a group one is in; a copy of it as it
is at that moment goes with the report. Nobody is told. To report the same thing again while the
report is open says it anew. `pinge report` lists, shows and closes them; what is closed is
forgotten after 90 days.
SQL: sql/reports.sql. Events: none.
"""

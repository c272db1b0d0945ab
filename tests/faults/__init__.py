"""Breaking Pinge on purpose: clients that write down what they see, faults, and a judge.

Nodes run as processes on a real PostgreSQL while everything around them fails (`faults.py`); what
each device did and heard is a line of a journal; afterwards `checker.py` decides from the journals
and from what HTTP says whether a promise was broken. The judge itself is judged: `test_checker.py`
forges journals, `test_controls.py` runs builds that must lose something.
"""

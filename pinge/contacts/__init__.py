"""Contacts: who asked whom, who agreed, and the direct conversation that opens between two people.

Rules: one request at a time between two people, whoever asked; a rejected or removed contact may be
asked again; a pair has one direct conversation for ever, opened when they become contacts. Whoever
is blocked asks as ever, and nobody is shown it (pinge/blocks).
Locks: the pair's conversation first, if there is one, then the two users in the order of their ids.
SQL: sql/contacts.sql. Events: new_contact_request, contact_request_sent, contact_request_accepted,
contact_request_answered, contact_added, contact_removed.
"""

"""Message requests: what a stranger wrote first, until it is taken.

Where everyone may write to everyone, the conversation of somebody who never was a contact is a
request to whom they wrote (members.is_request): out of the overview, and the two see nothing of
each other but what is said. It is taken by accepting it, by answering, and by becoming contacts.
One that is declined is out of sight until more is said, and who wrote it is not told: to keep
somebody from writing is to block them.
Locks: the conversation first, then the user, as everywhere.
SQL: sql/requests.sql. Events: message_request_answered.
"""

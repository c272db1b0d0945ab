"""Webhooks: programs elsewhere that write to a group, or are told what happens.

Rules: a webhook is an address with a secret, made by an admin for one group; what comes there is
said by a member of the group that nobody owns, and taking that one out ends it. A subscription is a
URL elsewhere that is told of all conversations of a bot, or of one group by an admin of it. It is
told in the order of each conversation, at least once: how far stands in the database, so a message
costs nothing and a process that is killed forgets nothing. Whoever fails is tried again for a day.
SQL: sql/webhooks.sql, sql/subscriptions.sql. Events: subscription_updated, subscription_deleted.
"""

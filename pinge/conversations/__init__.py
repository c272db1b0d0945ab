"""Conversations: groups, who is in them and what they may do there.

Rules: a group has an owner and an admin as long as it has members; it ends with its last member;
who leaves leaves a tombstone, and who comes back starts with nothing unread. Whoever changes a
conversation takes its lock first and does all else in later statements, so that what they see is
current. What happens to a group is noted between its messages. A link lets in as many as it is for,
for as long as its maker may. What a group shows of its history when somebody comes in holds for
them as long as they stay. The new profile of somebody is told in all their conversations, direct
ones too, a few at a time.
SQL: sql/conversations.sql, invites.sql, system_messages.sql, member_profiles.sql. Events:
group_joined, group_updated, group_deleted, members_added, member_removed, member_role_changed,
system_message, member_updated.
"""

"""What the original would answer, by its own rules, from its own tables.

What is of the same moment is in the order of the ids, newest first; times are what its server's
zone makes of them.
"""

from __future__ import annotations

from uuid import UUID

PEOPLE = "SELECT user_id, email, username, gender::text, country, is_active FROM user_records"

CONTACTS = """
SELECT k.contact_id, u.username, u.email, u.gender::text, u.country,
       k.created_at::timestamptz AS connected_since
  FROM contacts AS k JOIN user_records AS u ON u.user_id = k.contact_id
 WHERE k.user_id = $1
"""
REQUESTS = """
SELECT q.request_id, s.username AS sender_username, s.email AS sender_email, q.status::text,
       q.created_at::timestamptz
  FROM contact_requests AS q JOIN user_records AS s ON s.user_id = q.sender_id
 WHERE q.receiver_id = $1 AND q.status = 'Pending'
"""
UNREAD = """
SELECT m.message_id, m.sender_id, u.username AS sender_name, m.content,
       m.sent_at::timestamptz
  FROM direct_messages AS m JOIN user_records AS u ON u.user_id = m.sender_id
 WHERE m.receiver_id = $1 AND m.is_read = false
 ORDER BY m.sent_at DESC, m.message_id DESC
"""
UNREAD_OF_CONTACTS = """
SELECT m.sender_id AS contact_id, u.username AS contact_name, count(*) AS unread_count,
       max(m.sent_at)::timestamptz AS last_message_at
  FROM direct_messages AS m JOIN user_records AS u ON u.user_id = m.sender_id
 WHERE m.receiver_id = $1 AND m.is_read = false
 GROUP BY m.sender_id, u.username
 ORDER BY last_message_at DESC
"""
UNREAD_OF_GROUPS = """
SELECT g.group_id, g.name AS group_name, count(*) AS unread_count,
       max(m.sent_at)::timestamptz AS last_message_at
  FROM group_members AS me
  JOIN group_chats AS g ON g.group_id = me.group_id
  JOIN group_messages AS m ON m.group_id = me.group_id
 WHERE me.user_id = $1 AND m.sent_at > me.last_read_at AND m.sender_id <> me.user_id
 GROUP BY g.group_id, g.name
 ORDER BY last_message_at DESC
"""
GROUPS = """
SELECT g.group_id, g.name, g.description, g.created_by, g.created_at::timestamptz
  FROM group_members AS me JOIN group_chats AS g ON g.group_id = me.group_id
 WHERE me.user_id = $1
"""
MEMBERS = """
SELECT m.user_id, u.username, m.role::text, m.joined_at::timestamptz
  FROM group_members AS m JOIN user_records AS u ON u.user_id = m.user_id
 WHERE m.group_id = $1
"""
COUNTERPARTS = """
SELECT DISTINCT CASE sender_id WHEN $1 THEN receiver_id ELSE sender_id END
  FROM direct_messages WHERE $1 IN (sender_id, receiver_id) AND sender_id <> receiver_id
"""
HISTORY = """
SELECT message_id, sender_id, receiver_id, content, is_read IS NOT FALSE AS is_read,
       sent_at::timestamptz
  FROM direct_messages
 WHERE (sender_id = $1 AND receiver_id = $2) OR (sender_id = $2 AND receiver_id = $1)
 ORDER BY sent_at DESC, message_id DESC
"""
GROUP_HISTORY = """
SELECT m.message_id, m.group_id, m.sender_id, u.username AS sender_name, m.content,
       m.sent_at::timestamptz
  FROM group_messages AS m JOIN user_records AS u ON u.user_id = m.sender_id
 WHERE m.group_id = $1
 ORDER BY m.sent_at DESC, m.message_id DESC
"""


class Oracle:
    """Answers as the original did."""

    def __init__(self, conn):
        self.conn = conn

    async def people(self):
        """Everybody, with their addresses as they wrote them."""
        rows = await self.conn.fetch(PEOPLE)
        return [dict(row) | {"user_id": str(row["user_id"])} for row in rows]

    async def answers(self, user_id):
        """What each call of the contract said to somebody, and which histories they could read."""
        contacts = await self.rows(UNREAD_OF_CONTACTS, user_id)
        groups = await self.rows(UNREAD_OF_GROUPS, user_id)
        joined = await self.rows(GROUPS, user_id)
        others = [row[0] for row in await self.conn.fetch(COUNTERPARTS, user_id)]
        return {
            "/contacts/": await self.rows(CONTACTS, user_id),
            "/contacts/requests": await self.rows(REQUESTS, user_id),
            "/messages/unread": await self.rows(UNREAD, user_id),
            "/messages/groups": joined,
            "/messages/unread/count": [
                {
                    "total_unread": sum(row["unread_count"] for row in contacts),
                    "contacts_with_unread": contacts,
                    "groups_with_unread": groups,
                    "total_group_unread": sum(row["unread_count"] for row in groups),
                }
            ],
            **{
                f"/messages/direct/{other}": await self.rows(HISTORY, user_id, other)
                for other in others
            },
            **{
                f"/messages/groups/{group['group_id']}/{what}": await self.rows(
                    query, group["group_id"]
                )
                for group in joined
                for what, query in (("members", MEMBERS), ("messages", GROUP_HISTORY))
            },
        }

    async def rows(self, query, *given):
        return [told(dict(row)) for row in await self.conn.fetch(query, *given)]


def told(row):
    """As it is on the wire: ids as text; the domain of an address is in lower case."""
    for name, value in row.items():
        if isinstance(value, UUID):
            row[name] = str(value)
        elif name.endswith("email"):
            person, _, domain = value.rpartition("@")
            row[name] = f"{person}@{domain.lower()}"
    return row

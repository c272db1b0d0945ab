"""People who have used the original for a year: a database of any size, the same for each seed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from uuid import UUID

import bcrypt

SCHEMA = Path(__file__).with_name("original.sql")
BEGAN = datetime(2025, 1, 1)  # noqa: DTZ001 - the original's times have no zone
YEAR = timedelta(days=365)
LONG = "Ünder the bridge, 7 barges; and " * 3  # over 72 bytes
WORDS = ["fuse", "kettle", "žába", "橋", "🚲", "Straße", "toast", "lamp"]
_HASHES: dict[str, str] = {}


def hashed(password):
    """As the original did: cut at 72 bytes; some seconds are saved where many have the same."""
    if password not in _HASHES:
        made = bcrypt.hashpw(password.encode()[:72], bcrypt.gensalt(4))
        _HASHES[password] = made.decode()
    return _HASHES[password]


@dataclass
class Crowd:
    """What is in the original: rows of each table, and the password of each address."""

    users: int = 24
    messages: int = 1500
    seed: int = 7
    rows: dict[str, list[dict]] = field(default_factory=dict)
    passwords: dict[str, str] = field(default_factory=dict)

    def __post_init__(self):
        self.random = Random(self.seed)
        self.people = [self.person(number) for number in range(self.users)]
        self.meet()
        self.groups = [self.gather(number) for number in range(max(self.users // 4, 2))]
        self.talk()

    def id(self):
        return UUID(int=self.random.getrandbits(128), version=4)

    def moment(self, after=BEGAN):
        """To the second, so that many are the same."""
        left = (BEGAN + YEAR - after).total_seconds()
        return after + timedelta(seconds=int(self.random.random() * left))

    def add(self, table, row, *, at=None, is_active=True):
        at = at or self.moment()
        times = {"is_active": is_active, "created_at": at, "updated_at": at + timedelta(hours=1)}
        self.rows.setdefault(table, []).append(row | times)
        return row

    def person(self, number):
        user_id, email = self.id(), f"person{number}@{'Old' if number % 5 == 0 else 'old'}.example"
        self.passwords[email] = LONG if number % 7 == 0 else f"Correct horse {number % 3}"
        row = {
            "user_id": user_id,
            "email": email,
            "username": f"Person {number % (self.users - 1)}",
            "password": hashed(self.passwords[email]),
            "gender": ("Male", "Female", "Others")[number % 3],
            "country": "Norway",
        }
        self.add("user_records", row, is_active=number % 11 != 3)
        token = {"session_id": self.id(), "user_id": user_id, "access_token": f"a.b.{number}"}
        self.add("user_sessions", token)
        return user_id

    def pairs(self, share):
        """So many of all pairs, each in some order."""
        whole = [
            (one, other)
            for place, one in enumerate(self.people)
            for other in self.people[place + 1 :]
        ]
        chosen = self.random.sample(whole, k=max(int(len(whole) * share), 4))
        return [self.random.sample(pair, k=2) for pair in chosen]

    def meet(self):
        """Requests of each kind; contacts of those accepted, but for some who parted."""
        for sender_id, receiver_id in self.pairs(min(8 / self.users, 0.5)):
            status = self.random.choice(("Pending", "Accepted", "Accepted", "Rejected"))
            request = {"request_id": self.id(), "sender_id": sender_id, "receiver_id": receiver_id}
            self.add("contact_requests", request | {"status": status})
            if status == "Accepted" and self.random.random() < 0.8:
                self.befriend(sender_id, receiver_id)

    def befriend(self, one, other):
        at = self.moment()
        self.add("contacts", {"id": self.id(), "user_id": one, "contact_id": other}, at=at)
        self.add("contacts", {"id": self.id(), "user_id": other, "contact_id": one}, at=at)

    def gather(self, number):
        group_id, at = self.id(), self.moment()
        members = self.random.sample(self.people, k=self.random.randint(2, min(self.users, 12)))
        row = {
            "group_id": group_id,
            "name": f"Group {number}",
            "description": None if number % 2 else "What it is for",
            "created_by": members[0],
        }
        self.add("group_chats", row, at=at)
        for place, user_id in enumerate(members[1:] if number % 3 == 1 else members):
            self.join(group_id, user_id, "Member" if place else "Admin", at)
        return group_id, members

    def join(self, group_id, user_id, role, at):
        """Some have read all there is, some nothing, most something."""
        read = self.random.choice((at, BEGAN + YEAR, self.moment(), self.moment(), None))
        row = {"group_id": group_id, "user_id": user_id, "role": role, "last_read_at": read}
        self.add("group_members", row | {"id": self.id(), "joined_at": self.moment(at)}, at=at)

    def talk(self):
        """Two thirds between two, some no contacts; the others in groups, by leavers too."""
        pairs = self.pairs(min(6 / self.users, 0.5))
        for number in range(self.messages):
            text = {"content": f"{number} {' '.join(self.random.choices(WORDS, k=6))}"}
            said = text | {"message_id": self.id(), "sent_at": self.moment()}
            if number % 3:
                sender_id, receiver_id = self.random.sample(self.random.choice(pairs), k=2)
                between = {"sender_id": sender_id, "receiver_id": receiver_id}
                read = {"is_read": self.random.choices((True, False, None), (8, 3, 1))[0]}
                self.add("direct_messages", said | between | read)
            else:
                group_id, members = self.random.choice(self.groups)
                sender_id = self.random.choice(members)
                self.add("group_messages", said | {"group_id": group_id, "sender_id": sender_id})

    async def settle(self, conn):
        """Make the original's tables, and put everything into them."""
        await conn.execute(SCHEMA.read_text())
        for table, rows in self.rows.items():
            columns = list(rows[0])
            records = [tuple(row[name] for name in columns) for row in rows]
            await conn.copy_records_to_table(table, records=records, columns=columns)

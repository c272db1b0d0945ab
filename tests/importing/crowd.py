"""People who have used the original for a year: a database of any size, the same for each seed."""

from __future__ import annotations

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


class Rows:
    """What is in an original: rows of each table, and the password of each address."""

    def __init__(self, seed=7):
        self.random = Random(seed)
        self.rows = {}
        self.passwords = {}

    def id(self):
        return UUID(int=self.random.getrandbits(128), version=4)

    def moment(self, after=BEGAN):
        """To the second, so that many are the same."""
        left = (BEGAN + YEAR - after).total_seconds()
        return after + timedelta(seconds=int(self.random.random() * left))

    def add(self, table, row, *, at=None, is_active=True):
        """A row, and the id that it begins with."""
        at = at or self.moment()
        times = {"is_active": is_active, "created_at": at, "updated_at": at + timedelta(hours=1)}
        self.rows.setdefault(table, []).append(row | times)
        return next(iter(row.values()))

    def person(self, email, password, *, name="Somebody", gender="Others", is_active=True):
        self.passwords[email] = password
        who = {"user_id": self.id(), "email": email, "username": name, "gender": gender}
        how = {"password": hashed(password), "country": "Norway"}
        return self.add("user_records", who | how, is_active=is_active)

    def request(self, sender_id, receiver_id, status, **more):
        between = {"sender_id": sender_id, "receiver_id": receiver_id}
        row = {"request_id": self.id(), **between, "status": status}
        return self.add("contact_requests", row, **more)

    def contact(self, user_id, contact_id, **more):
        row = {"id": self.id(), "user_id": user_id, "contact_id": contact_id}
        return self.add("contacts", row, **more)

    def group(self, created_by, *, name="A group", description=None, **more):
        what = {"name": name, "description": description, "created_by": created_by}
        return self.add("group_chats", {"group_id": self.id(), **what}, **more)

    def member(self, group_id, user_id, role="Member", *, joined_at=BEGAN, read_at=None, **more):
        where = {"id": self.id(), "group_id": group_id, "user_id": user_id}
        how = {"role": role, "joined_at": joined_at, "last_read_at": read_at}
        return self.add("group_members", where | how, **more)

    def write(self, sender_id, receiver_id, content, *, is_read=False, **more):
        between = {"sender_id": sender_id, "receiver_id": receiver_id, "is_read": is_read}
        return self.add("direct_messages", self.said(content) | between, **more)

    def write_group(self, group_id, sender_id, content, **more):
        where = {"group_id": group_id, "sender_id": sender_id}
        return self.add("group_messages", self.said(content) | where, **more)

    def said(self, content):
        return {"message_id": self.id(), "content": content, "sent_at": self.moment()}

    async def settle(self, conn):
        """Make the original's tables, and put everything into them."""
        await conn.execute(SCHEMA.read_text())
        for table, rows in self.rows.items():
            columns = list(rows[0])
            records = [tuple(row[name] for name in columns) for row in rows]
            await conn.copy_records_to_table(table, records=records, columns=columns)


class Crowd(Rows):
    """Some people, a third of whose messages are in groups."""

    def __init__(self, users=24, messages=1500):
        super().__init__()
        self.people = [self.arrive(number, users) for number in range(users)]
        self.meet()
        self.groups = [self.gather(number) for number in range(users // 4)]
        self.talk(messages)

    def arrive(self, number, users):
        user_id = self.person(
            f"person{number}@{'Old' if number % 5 == 0 else 'old'}.example",
            LONG if number % 7 == 0 else f"Correct horse {number % 3}",
            name=f"Person {number % (users - 1)}",
            gender=("Male", "Female", "Others")[number % 3],
            is_active=number % 11 != 3,
        )
        token = {"session_id": self.id(), "user_id": user_id, "access_token": f"a.b.{number}"}
        self.add("user_sessions", token)
        return user_id

    def pairs(self, most):
        """Some of all pairs, each in some order: so many for each of two people, or half of all."""
        whole = [
            (one, other)
            for place, one in enumerate(self.people)
            for other in self.people[place + 1 :]
        ]
        chosen = self.random.sample(whole, k=int(len(whole) * min(most / len(self.people), 0.5)))
        return [self.random.sample(pair, k=2) for pair in chosen]

    def meet(self):
        """Requests of each kind; contacts of those accepted, but for some who parted."""
        for sender_id, receiver_id in self.pairs(8):
            status = self.random.choice(("Pending", "Accepted", "Accepted", "Rejected"))
            self.request(sender_id, receiver_id, status)
            if status == "Accepted" and self.random.random() < 0.8:
                at = self.moment()
                self.contact(sender_id, receiver_id, at=at)
                self.contact(receiver_id, sender_id, at=at)

    def gather(self, number):
        """A group; from some its maker has gone."""
        members = self.random.sample(self.people, k=self.random.randint(3, 12))
        at, about = self.moment(), None if number % 2 else "What it is for"
        group_id = self.group(members[0], name=f"Group {number}", description=about, at=at)
        for place, user_id in enumerate(members[1:] if number % 3 == 1 else members):
            # Some have read all there is, some nothing, most something; of some it is not known.
            read_at = self.random.choice((at, BEGAN + YEAR, self.moment(), self.moment(), None))
            role, joined_at = "Member" if place else "Admin", self.moment(at)
            self.member(group_id, user_id, role, joined_at=joined_at, read_at=read_at, at=at)
        return group_id, members

    def talk(self, messages):
        """Some of the pairs are no contacts, and some who write in a group are in it no more."""
        pairs = self.pairs(6)
        for number in range(messages):
            content = f"{number} {' '.join(self.random.choices(WORDS, k=6))}"
            if number % 3:
                sender_id, receiver_id = self.random.sample(self.random.choice(pairs), k=2)
                is_read = self.random.choices((True, False, None), (8, 3, 1))[0]
                self.write(sender_id, receiver_id, content, is_read=is_read)
            else:
                group_id, members = self.random.choice(self.groups)
                self.write_group(group_id, self.random.choice(members), content)

"""What does not fit is named with its reason, and nothing else is lost for it."""

from __future__ import annotations

import csv

import pytest

from tests.importing.conftest import connected, contents
from tests.importing.crowd import LONG, Rows
from tests.people import Pinge

PASSWORD = "Correct horse 7"


class Odd(Rows):
    """Whatever is found in a database that has seen a year of hands."""

    def __init__(self):
        super().__init__()
        self.ann = self.person("ann@old.example", PASSWORD, name="Ann")
        self.bob = self.person("bob@old.example", LONG, name="Bob")
        self.twin = self.person("ann@OLD.example", PASSWORD, name="Ann's twin")
        self.stuck = self.person("stuck@old.example", PASSWORD)
        self.rows["user_records"][-1]["password"] = "in clear"
        self.nobody = self.id()
        self.ask()
        self.gather()
        self.talk()

    def ask(self):
        ann, bob, twin, stuck = self.ann, self.bob, self.twin, self.stuck
        self.one_sided = self.contact(ann, bob)
        self.waits_for_nothing = self.request(ann, bob, "Pending")
        self.refused = {
            self.request(ann, ann, "Pending"): "to oneself",
            self.contact(bob, bob): "with oneself",
            self.contact(ann, self.nobody): "of somebody who does not exist",
        }
        self.waiting = self.request(twin, stuck, "Pending", at=self.moment())
        later = self.rows["contact_requests"][-1]["created_at"].replace(year=2026)
        crossing = self.request(stuck, twin, "Pending", at=later)
        self.refused[crossing] = "an earlier one waits between the same two"

    def gather(self):
        self.empty = self.group(self.ann, name="Nobody is in it")
        self.headless = self.group(self.ann, name="No admin")
        self.member(self.headless, self.bob)
        double = self.member(self.headless, self.bob, joined_at=self.moment())
        self.refused[double] = "there is another row for the same member"
        nowhere = self.member(self.id(), self.bob)
        self.refused[nowhere] = "of somebody, or of a group, that does not exist"
        self.forsaken = self.write_group(self.empty, self.bob, "Is anybody here?")
        lost = self.write_group(self.headless, self.nobody, "From beyond")
        self.refused[lost] = "of somebody, or in a group, that does not exist"

    def talk(self):
        self.to_oneself = self.write(self.ann, self.ann, "Buy fuses")
        self.blank = self.write(self.ann, self.bob, " ")
        self.endless = self.write(self.bob, self.ann, "ž" * 300_000)
        lost = self.write(self.ann, self.nobody, "Hello?")
        self.refused[lost] = "of somebody who does not exist"
        self.same_id = self.write_group(self.headless, self.bob, "My id is another's")
        self.rows["group_messages"][-1]["message_id"] = self.blank


@pytest.fixture(scope="module")
def crowd():
    return Odd()


def named(importer):
    """The report: outcome and reason of each id."""
    with importer.report.open(encoding="utf-8", newline="") as file:
        return {
            (line["table"], line["id"]): (line["outcome"], line["what"])
            for line in csv.DictReader(file)
        }


@pytest.fixture
async def brought(importer, original, database):
    run = await importer.run(original, database)
    assert (run.code, run.complained) == (0, "")
    return run


async def test_each_row_that_does_not_fit_is_named(brought, importer, crowd):
    found = named(importer)

    refused = {key[1]: what for key, (outcome, what) in found.items() if outcome == "refused"}
    assert refused == {str(row_id): what for row_id, what in crowd.refused.items()}
    assert {key: outcome for key, (outcome, _) in found.items() if outcome != "refused"} == {
        ("user_records", str(crowd.twin)): "changed",
        ("user_records", str(crowd.stuck)): "noticed",
        ("contacts", str(crowd.one_sided)): "changed",
        ("contact_requests", str(crowd.waits_for_nothing)): "changed",
        ("group_chats", str(crowd.empty)): "noticed",
        ("group_chats", str(crowd.headless)): "noticed",
        ("group_messages", str(crowd.blank)): "changed",
        ("direct_messages", str(crowd.to_oneself)): "noticed",
        ("direct_messages", str(crowd.blank)): "noticed",
        ("direct_messages", str(crowd.endless)): "noticed",
    }
    assert "refused 1 of contacts: with oneself" in brought.said
    assert "Done" in brought.said


async def test_all_else_is_there(brought, original, crowd, database, db):
    async with connected(original) as conn:
        for table, rows in (
            ("users", "SELECT user_id FROM user_records"),
            (
                "messages",
                "SELECT message_id FROM direct_messages UNION ALL"
                " SELECT message_id FROM group_messages",
            ),
        ):
            there = await conn.fetch(rows)
            lost = [row[0] for row in there if row[0] in crowd.refused]
            assert await db.fetchval(f"SELECT count(*) FROM {table}") == len(there) - len(lost)


async def test_what_came_in_can_be_lived_with(brought, database, settings, crowd):
    async with Pinge.running(settings, database) as pinge:
        ann = await pinge.log_in("ann@old.example", "Ann", str(crowd.ann))
        bob = await pinge.log_in("BOB@old.example".lower(), "Bob", str(crowd.bob), LONG)
        assert [one["username"] for one in (await bob.get("/contacts/")).data] == ["Ann"]
        assert (await bob.get("/contacts/requests")).data == []
        history = (await ann.get(f"/messages/direct/{bob.user_id}")).data
        assert {len(message["content"]) for message in history} == {1, 300_000}
        assert (await ann.get("/messages/unread/count")).data["total_unread"] == 1

        assert (await bob.write(ann, "Come back")).status == 201
        assert (await ann.delete(f"/contacts/{bob.user_id}")).status == 200
        again = await ann.ask(bob)
        assert (await bob.post(f"/contacts/accept/{again}")).status == 200
        group = f"/messages/groups/{crowd.headless}"
        assert [m["username"] for m in (await bob.get(f"{group}/members")).data] == ["Bob"]
        assert len((await bob.get(f"{group}/messages")).data) == 1
        # Who made it is not in it.
        assert [one["owner_id"] for one in (await bob.get("/messages/groups")).data] == [
            bob.user_id
        ]


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("ann@old.example", PASSWORD + "7"),
        ("stuck@old.example", "in clear"),
        ("bob@old.example", ""),
    ],
)
async def test_who_could_not_log_in_still_cannot(brought, database, settings, email, password):
    async with Pinge.running(settings, database) as pinge:
        form = {"username": email, "password": password or "Another horse 7"}
        answer = await pinge.call("POST", "/authentication/login", data=form)

        assert (answer.status, answer.code) == (401, "wrong_credentials")


async def test_what_one_said_to_oneself_is_among_the_saved(brought, db, crowd):
    kept = await db.fetchrow(
        "SELECT c.kind, c.created_by, m.content, unread_count(c, me) AS unread"
        "  FROM messages AS m"
        "  JOIN conversations AS c ON c.conversation_id = m.conversation_id"
        "  JOIN members AS me ON me.conversation_id = c.conversation_id"
        " WHERE m.message_id = $1",
        crowd.to_oneself,
    )
    assert tuple(kept) == ("saved", crowd.ann, "Buy fuses", 0)


async def test_a_dry_run_names_the_same_and_writes_nothing(importer, original, made, template):
    target = await made(template)
    before = await contents(target)

    run = await importer.run(original, target, "--dry-run")

    assert (run.code, run.complained) == (0, "")
    assert "refused 1 of contacts: with oneself" in run.said
    assert "would come in" in run.said
    assert len(named(importer)) > 10
    assert await contents(target) == before

"""Mention counts always equal a recount, whatever is said, edited, read and deleted."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.messages.test_recount import AS_LONG_AS_IT_TAKES

NAMED = st.sets(st.sampled_from(["bob", "eve"]))
PLACE = st.integers(0, 6)
READER = st.sampled_from(["bob", "eve"])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("say"), NAMED),
        st.tuples(st.just("say"), NAMED),
        st.tuples(st.just("edit"), PLACE, NAMED),
        st.tuples(st.just("delete"), PLACE),
        st.tuples(st.just("hide"), READER, PLACE),
        st.tuples(st.just("read"), READER, PLACE),
        st.tuples(st.just("read_all"), READER),
    ),
    max_size=20,
)


@dataclass
class Said:
    """A message of Ann's, whom it mentions, and who has it unread: the plain way to count."""

    message: dict[str, object]
    mentions: set[str]
    unread_by: set[str] = field(default_factory=lambda: {"bob", "eve"})
    is_deleted: bool = False


class Talk:
    """A group in which Ann speaks, and Bob and Eve read."""

    def __init__(self, people, sockets, group_id):
        self.people, self.sockets, self.group_id = people, sockets, group_id
        self.said = []

    def at(self, place):
        """The latest but so many, if there are as many."""
        return self.said[-1 - place] if place < len(self.said) else None

    async def say(self, names):
        sent = await self.people["ann"].write_group(self.group_id, text(names))
        self.said.append(Said(sent.data, set(names)))

    async def edit(self, place, names):
        said = self.at(place)
        if said and not said.is_deleted:
            change = {"content": text(names), "base_rev": said.message["rev"]}
            path = f"/messages/{said.message['message_id']}"
            edited = await self.people["ann"].patch(path, change)
            said.message, said.mentions = edited.data, set(names)

    async def delete(self, place):
        if said := self.at(place):
            await self.people["ann"].delete(f"/messages/{said.message['message_id']}")
            said.is_deleted = True

    async def hide(self, reader, place):
        if said := self.at(place):
            path = f"/messages/{said.message['message_id']}?scope=me"
            await self.people[reader].delete(path)
            said.unread_by.discard(reader)

    async def read(self, reader, place):
        if said := self.at(place):
            upto = {"conversation_id": self.group_id, "seq": said.message["seq"]}
            await self.sockets[reader].ask("mark_read", upto)
            for one in self.said[: len(self.said) - place]:
                one.unread_by.discard(reader)

    async def read_all(self, reader):
        await self.people[reader].post(f"/messages/mark-read/group/{self.group_id}")
        for one in self.said:
            one.unread_by.discard(reader)

    async def recount(self):
        """What either is told."""
        for reader in ("bob", "eve"):
            summary = (await self.people[reader].get("/messages/unread/count")).data
            assert summary["total_mentions"] == sum(
                reader in said.mentions & said.unread_by and not said.is_deleted
                for said in self.said
            )


def text(names):
    """Something that mentions these."""
    return " ".join(["Hm", *(f"@{name}" for name in sorted(names))])


@settings(AS_LONG_AS_IT_TAKES, max_examples=12)
@given(steps=STEPS)
async def test_whatever_is_done_in_a_group_the_counts_are_a_recount(pinge, steps):
    ann, bob, eve = await pinge.people("ann", "bob", "eve")
    people = {"ann": ann, "bob": bob, "eve": eve}
    sockets = {name: await people[name].live() for name in ("bob", "eve")}
    talk = Talk(people, sockets, await ann.group(bob, eve))

    for verb, *about in steps:
        await getattr(talk, verb)(*about)
        await talk.recount()

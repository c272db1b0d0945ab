"""What a client shows: fetched over HTTP, or kept up to date by the events it was told."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.people import Person
from tests.sync import marks, programs
from tests.sync.apart import Apart
from tests.sync.device import Device
from tests.sync.marks import Marks
from tests.sync.plans import Plans
from tests.sync.pointers import Pointers
from tests.sync.programs import Programs
from tests.sync.ways_in import WaysIn

Told = dict[str, Any]


@dataclass
class State:
    """The whole of it, in a form that can be compared."""

    me: str
    profile: tuple[str | None, ...] = ()
    sessions: set[str] = field(default_factory=set)
    settings: Told = field(default_factory=dict)
    ways_in: WaysIn = field(default_factory=WaysIn)
    plans: Plans = field(default_factory=Plans)
    apart: Apart = field(default_factory=Apart)
    programs: Programs = field(default_factory=Programs)
    contacts: dict[str, tuple[str, str]] = field(default_factory=dict)
    names: dict[str, dict[str, str]] = field(default_factory=dict)
    requests: set[str] = field(default_factory=set)
    groups: dict[str, tuple[str | None, ...]] = field(default_factory=dict)
    roles: dict[str, dict[str, str]] = field(default_factory=dict)
    said: dict[str, dict[int, tuple[Any, ...]]] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set, compare=False)
    noted: dict[str, dict[tuple[int, str], tuple[Any, ...]]] = field(default_factory=dict)
    last: dict[str, int] = field(default_factory=dict)
    unread: dict[str, int] = field(default_factory=dict)
    tuned: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    reached: dict[str, dict[str, tuple[int, int, tuple[str, ...]]]] = field(default_factory=dict)

    marks: Marks = field(init=False)
    pointers: Pointers = field(init=False)

    def __post_init__(self) -> None:
        self.marks = Marks(self.me)
        self.pointers = Pointers(self.me)

    @classmethod
    async def fetched(cls, person: Person) -> State:
        """As HTTP tells it now."""
        state = cls(person.user_id)
        state.profile = shown((await person.get("/authentication/me")).data)
        sessions = (await person.get("/authentication/sessions")).data
        state.sessions = {row["session_id"] for row in sessions}
        state.ways_in = await WaysIn.fetched(person)
        state.settings = (await person.get("/settings")).data
        state.plans = await Plans.fetched(person)
        state.programs = await Programs.fetched(person)
        contacts = (await person.get("/contacts/")).data
        state.contacts = {row["contact_id"]: (row["username"], row["email"]) for row in contacts}
        requests = (await person.get("/contacts/requests")).data
        state.requests = {row["request_id"] for row in requests}
        state.apart.blocks = {row["blocked_id"] for row in (await person.get("/blocks")).data}
        synced = await person.post("/sync", {"epoch": await epoch_of(person)})
        for row in synced.data["conversations"]:
            if row["is_request"]:
                state.apart.strange.add(row["conversation_id"])
            await state.fetch(person, row["conversation_id"], row["kind"])
            state.unread[row["conversation_id"]] = row["unread_count"]
        state.pointers.count(synced.data["mentions"])
        for group in (await person.get("/messages/groups")).data:
            state.groups[group["group_id"]] = described(group)
        return state

    async def fetch(self, person: Person, key: str, kind: str) -> None:
        """One conversation: what was said in it, who is in it, and what reached them."""
        if kind == "group":
            members = await person.get(f"/messages/groups/{key}/members")
            if members.status == 403:
                return  # gone again: that is told next
            self.roles[key] = {row["user_id"]: row["role"] for row in members.data}
            self.names[key] = {row["user_id"]: row["username"] for row in members.data}
        page = (await person.get(f"/conversations/{key}/messages?limit=100")).data
        self.said[key] = {row["seq"]: said(row) for row in page["messages"]}
        self.noted[key] = {}
        for row in page["system_messages"]:
            self._note(key, row)
        await self.marks.fetch(person, key, page["messages"])
        self.pointers.fetch(key, page["messages"])
        self.last[key] = page["last_seq"]
        self.tuned[key] = tuned((await person.get(f"/conversations/{key}/settings")).data)
        await self.fetch_reached(person, key)

    async def fetch_reached(self, person: Person, key: str) -> None:
        """How far messages reached the others in one conversation."""
        positions = await person.get(f"/conversations/{key}/positions")
        if positions.status == 403:
            return
        self.reached[key] = {
            row["user_id"]: (
                row["delivered_seq"],
                row["read_seq"],
                tuple(sorted(row["message_ids"])),
            )
            for row in positions.data
            if row["user_id"] != self.me
        }

    async def resume(self, device: Device) -> None:
        """As a client that was away: everything it missed, in one answer."""
        resumed = await device.sync()
        for told in resumed["changes"]:
            await self.apply(told, device.person)
        for row in resumed["conversations"]:
            for told in row["changes"]:
                await self.apply(told, device.person)
            if row["conversation_id"] in self.last:  # what one hid oneself does not come again
                self.last[row["conversation_id"]] = row["seq"]
        self.unread = {key: resumed["unread"].get(key, 0) for key in self.unread}
        self.pointers.count(resumed["mentions"])

    async def apply(self, told: Told, person: Person) -> None:
        """As the client of `person` does; who comes into a group fetches it."""
        data, key = told["data"], told["data"].get("conversation_id")
        if told["event"] == "group_joined":
            await self.fetch(person, key, "group")
            if key in self.said:
                self.groups[key] = described(data["group"])
                self.unread[key] = self.last[key] - data["last_seq"]
        elif told["event"] == "new_saved_message" and key not in self.said:
            await self.fetch(person, key, "saved")
            self.unread[key] = 0
        elif told["event"] in programs.EVENTS:
            self.programs.hear(told["event"], data)
        elif told["event"] == "settings_updated":
            await self._set(data, person)
        elif told["event"].startswith("new_") and "content" in data:
            self._hear(key, data)
        elif told["event"] in marks.APPLY:
            # What is my own is told first, be the message still to come.
            if data["seq"] in self.said.get(key, ()) or ("user_rev" in data and key in self.said):
                marks.APPLY[told["event"]](self.marks, (key, data["seq"]), data)
        elif key is None or key in self.said or told["event"].startswith("contact"):
            APPLY.get(told["event"], State._ignore)(self, key, data)

    def _note(self, key: str, data: Told) -> None:
        users = sorted(user["user_id"] for user in data["users"])
        happened = data["after_seq"], data["actor_id"], users, data["details"]
        self.noted.setdefault(key, {})[data["rev"], data["kind"]] = happened

    def _hear(self, key: str, data: Told) -> None:
        is_mine, is_new = data["sender_id"] == self.me, key not in self.said
        if "receiver_id" in data:
            self.apart.hear(key, is_new=is_new, is_mine=is_mine)
            self._open(key, data["receiver_id" if is_mine else "sender_id"])
        if data["seq"] > self.last.get(key, 0):  # else it was fetched with the group
            self.last[key] = data["seq"]
            if data["message_id"] not in self.hidden:
                self.said.setdefault(key, {})[data["seq"]] = said(data)
                self.pointers.hear(key, data)
            is_unread = not is_mine and data["deleted_at"] is None
            self.unread[key] = self.unread.get(key, 0) + is_unread
            self._take_out(key, data)

    def _take_out(self, key: str, data: Told) -> None:
        """What is archived comes back with what others say, unless it is muted."""
        level, muted_until, archived_seq, mark = self.tuned.get(key, tuned({}))
        is_muted = level == "none" or muted_until is not None
        if data["sender_id"] != self.me and data["seq"] > (archived_seq or 0) and not is_muted:
            self.tuned[key] = (level, muted_until, None, mark)

    async def _set(self, data: Told, person: Person) -> None:
        """Where receipts were turned on or off, all positions are others than before."""
        turned = data["sends_receipts"] != self.settings["sends_receipts"]
        self.settings = {name: data[name] for name in self.settings}
        for key in [*self.reached] if turned else []:
            await self.fetch_reached(person, key)

    def _tuned(self, key: str, data: Told) -> None:
        self.tuned[key] = tuned(data)

    def _draft(self, key: str, data: Told) -> None:
        self.plans.draft(data)

    def _schedule(self, key: str, data: Told) -> None:
        self.plans.schedule(data)

    def _ignore(self, key: str, data: Told) -> None:
        """Nothing that is shown."""

    def _contact(self, key: str, data: Told) -> None:
        self.contacts[data["contact_id"]] = (data["username"], data["email"])
        self.apart.take(key)
        self._open(key, data["contact_id"])

    def _open(self, key: str, contact_id: str) -> None:
        """A direct conversation, new or not."""
        self.said.setdefault(key, {})
        self.noted.setdefault(key, {})
        self.last.setdefault(key, 0)
        self.unread.setdefault(key, 0)
        self.tuned.setdefault(key, tuned({}))
        self.reached.setdefault(key, {contact_id: (0, 0, ())})

    def _no_contact(self, key: str, data: Told) -> None:
        del self.contacts[data["contact_id"]]

    def _asked(self, key: str, data: Told) -> None:
        self.requests.add(data["request_id"])

    def _answered(self, key: str, data: Told) -> None:
        self.requests.discard(data["request_id"])

    def _renamed(self, key: str, data: Told) -> None:
        self.groups[key] = described(data["group"])

    def _gone(self, key: str, data: Told) -> None:
        if data.get("user_id", self.me) == self.me:
            of_it = (self.groups, self.roles, self.names, self.said, self.last, self.unread)
            for kept in (*of_it, self.noted, self.tuned, self.reached):
                kept.pop(key, None)
            self.marks.forget(key)
            self.pointers.forget(key)
        else:
            self.roles[key].pop(data["user_id"], None)
            self.names[key].pop(data["user_id"], None)
            self.reached[key].pop(data["user_id"], None)

    def _came(self, key: str, data: Told) -> None:
        seq = self.last[key]
        # With me they came, so they were fetched a moment ago; else they are new, be it once more.
        is_fetched = any(row["user_id"] == self.me for row in data["members"])
        for row in data["members"]:
            self.roles[key][row["user_id"]] = row["role"]
            self.names[key][row["user_id"]] = row["username"]
            known = self.reached[key].get(row["user_id"]) if is_fetched else None
            if row["user_id"] != self.me:
                self.reached[key][row["user_id"]] = known or (seq, seq, ())

    def _role(self, key: str, data: Told) -> None:
        self.roles[key][data["user_id"]] = data["role"]

    def _profile(self, key: str, data: Told) -> None:
        self.profile = shown(data)

    def _logged_in(self, key: str, data: Told) -> None:
        self.sessions.add(data["session_id"])

    def _logged_out(self, key: str, data: Told) -> None:
        self.sessions.discard(data["session_id"])

    def _member(self, key: str, data: Told) -> None:
        if key in self.names:
            self.names[key][data["user_id"]] = data["username"]
        if data["user_id"] in self.contacts:  # of whom a group may tell more than they do
            _, email = self.contacts[data["user_id"]]
            self.contacts[data["user_id"]] = (data["username"], data["email"] or email)

    def _unread(self, key: str, data: Told) -> None:
        self.unread[key] = data["unread_count"]
        self.pointers.recount(key, data["mention_count"])

    def _edited(self, key: str, data: Told) -> None:
        self.pointers.edited(key, data)
        if data["seq"] in self.said[key]:
            files = self.said[key][data["seq"]][1]  # which no edit changes
            self.said[key][data["seq"]] = said(data | {"attachments": files})

    def _deleted(self, key: str, data: Told) -> None:
        self.pointers.deleted(key, data)
        if data["seq"] in self.said[key]:
            self.said[key][data["seq"]] = ("", [], None, data["deleted_at"])
            self.marks.forget(key, data["seq"])
        for user_id, (delivered, read, ahead) in self.reached[key].items():
            left = tuple(one for one in ahead if one != data["message_id"])
            self.reached[key][user_id] = (delivered, read, left)

    def _block(self, key: str, data: Told) -> None:
        self.apart.block(data)

    def _unblock(self, key: str, data: Told) -> None:
        self.apart.unblock(data)

    def _decide(self, key: str, data: Told) -> None:
        self.apart.answer(data)

    def _factor(self, key: str, data: Told) -> None:
        self.ways_in.have(data)

    def _identity(self, key: str, data: Told) -> None:
        self.ways_in.be(data)

    def _passkey(self, key: str, data: Told) -> None:
        self.ways_in.hold(data)

    def _no_passkey(self, key: str, data: Told) -> None:
        self.ways_in.drop(data)

    def _hidden(self, key: str, data: Told) -> None:
        self.hidden.add(data["message_id"])
        self.pointers.hidden(key, data)
        self.said[key].pop(data["seq"], None)
        self.marks.forget(key, data["seq"])

    def _delivered(self, key: str, data: Told) -> None:
        if not self.settings["sends_receipts"]:  # told before I turned them off
            return
        _, read, ahead = self.reached[key][data["user_id"]]
        self.reached[key][data["user_id"]] = (data["seq"], read, ahead)

    def _read(self, key: str, data: Told) -> None:
        if not self.settings["sends_receipts"]:
            return
        delivered, *_ = self.reached[key][data["user_id"]]
        ahead = tuple(sorted(data["message_ids"]))
        self.reached[key][data["user_id"]] = (max(delivered, data["seq"]), data["seq"], ahead)


# Every event that changes what a client shows, but those that State.apply itself knows.
APPLY = {
    "second_factor_updated": State._factor,
    "identity_updated": State._identity,
    "passkey_updated": State._passkey,
    "passkey_removed": State._no_passkey,
    "user_blocked": State._block,
    "user_unblocked": State._unblock,
    "message_request_answered": State._decide,
    "draft_changed": State._draft,
    "scheduled_message_changed": State._schedule,
    "contact_added": State._contact,
    "contact_request_accepted": State._contact,
    "contact_removed": State._no_contact,
    "new_contact_request": State._asked,
    "contact_request_answered": State._answered,
    "system_message": State._note,
    "group_updated": State._renamed,
    "group_deleted": State._gone,
    "member_removed": State._gone,
    "members_added": State._came,
    "member_role_changed": State._role,
    "profile_updated": State._profile,
    "member_updated": State._member,
    "session_started": State._logged_in,
    "session_ended": State._logged_out,
    "conversation_settings_updated": State._tuned,
    "unread_changed": State._unread,
    "message_delivered": State._delivered,
    "message_read": State._read,
    "message_edited": State._edited,
    "message_deleted": State._deleted,
    "message_hidden": State._hidden,
}


def described(group: Told) -> tuple[str | None, ...]:
    """What of a group a client shows."""
    names = ("name", "description", "avatar", "owner_id", "who_may_send", "history_visibility")
    return tuple(group[name] for name in names)


def shown(profile: Told) -> tuple[str | None, ...]:
    """What of one's own profile a client shows."""
    names = ("username", "email", "gender", "country", "about", "status_text", "avatar")
    return tuple(profile[name] for name in names)


def said(row: Told) -> tuple[Any, ...]:
    """What a message says, with which files, and what became of it."""
    return row["content"], row["attachments"], row["edited_at"], row.get("deleted_at")


def tuned(settings: Told) -> tuple[Any, ...]:
    """What one is notified of in a conversation, up to where it is archived, and marked unread."""
    names = ("notifications", "muted_until", "archived_seq")
    return *map(settings.get, names), settings.get("is_marked_unread", False)


async def epoch_of(person: Person) -> str:
    """The epoch that a device needs to ask for anything."""
    socket = await person.pinge.socket(
        person, "/ws", protocols=("pinge.v1",), headers=person.bearer
    )
    epoch: str = (await socket.next("hello"))["data"]["epoch"]
    await socket.close()
    return epoch

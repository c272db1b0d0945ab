"""What happens in the demo: a repair café, its menders, and a birthday to be kept secret."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Group:
    """A group, made by its admin."""

    name: str
    description: str
    admin: str
    members: tuple[str, ...]


Where = tuple[str, str] | Group  # two people, or a group


@dataclass(frozen=True, slots=True)
class Scene:
    """What was said somewhere; only `readers` saw it to its end."""

    where: Where
    lines: tuple[tuple[str, str], ...]  # who said what
    readers: tuple[str, ...] = ()


# Who asked, and who said yes.
CONTACTS = (
    ("maren", "otto"),
    ("maren", "noor"),
    ("bruno", "maren"),
    ("ivy", "maren"),
    ("juno", "maren"),
    ("otto", "noor"),
    ("noor", "ivy"),
    ("noor", "juno"),
    ("ivy", "bruno"),
)

# Who asked, and who has not answered yet.
REQUESTS = (
    ("juno", "bruno"),
    ("pip", "maren"),
    ("pip", "otto"),
)

TUESDAY = Group(
    name="Mending Tuesday",
    description="What is broken, who brings what, and where the biscuits are.",
    admin="maren",
    members=("otto", "noor", "bruno", "ivy", "juno"),
)
BIRTHDAY = Group(
    name="Otto turns sixty (shh)",
    description="He believes that we are doing an inventory.",
    admin="noor",
    members=("maren", "bruno", "ivy", "juno"),
)
GROUPS = (TUESDAY, BIRTHDAY)

SCENES = (
    Scene(
        TUESDAY,
        (
            ("maren", "Good morning, menders! Doors at six. The list has eleven toasters."),
            ("otto", "Eleven. People have been hurting toasters again."),
            ("noor", "Nobody opens the blue one before I have seen it. It hums. It is unplugged."),
            ("otto", "A toaster with ambition."),
            ("bruno", "Two bicycles from me, and one that used to be two bicycles."),
            ("ivy", "I bring the good solder, and biscuits. Not to be mixed up like last time."),
            ("juno", "The biscuits conducted surprisingly well."),
            ("maren", "Juno, the visitors' book calls you 'the wizard with the tape'."),
            ("juno", "I shall have cards printed."),
        ),
        readers=("maren", "otto", "noor", "bruno", "ivy", "juno"),
    ),
    Scene(
        ("otto", "maren"),
        (
            ("otto", "Is the café open on the 14th?"),
            ("maren", "Inventory. Very dull. You should come."),
            ("otto", "I like inventories. I have made a form."),
            ("maren", "Of course you have."),
        ),
        readers=("maren", "otto"),
    ),
    Scene(
        BIRTHDAY,
        (
            ("noor", "Otto turns sixty on the 14th, and this is the one group he is not in."),
            ("bruno", "I know somebody who bakes cakes in the shape of kettles."),
            ("juno", "Is it a kettle if it does not whistle?"),
            ("bruno", "It will whistle. Do not ask."),
            ("maren", "He thinks it is an inventory. He has already made a form for it."),
            ("ivy", "Then we fill in the form as well. He deserves it."),
        ),
        readers=("maren", "noor", "bruno", "ivy", "juno"),
    ),
    Scene(
        ("noor", "otto"),
        (
            ("noor", "What is your favourite colour? I ask for no reason at all."),
            ("otto", "Grey. Light grey on holidays."),
            ("noor", "That is very helpful."),
        ),
        readers=("noor",),
    ),
    Scene(
        ("noor", "maren"),
        (
            ("noor", "Can you sign for a parcel tomorrow? Forty fuses."),
            ("maren", "Of course. Why forty?"),
            ("noor", "Thirty-nine were out of stock."),
        ),
        readers=("maren", "noor"),
    ),
    Scene(
        ("ivy", "bruno"),
        (
            ("ivy", "You have my small screwdriver."),
            ("bruno", "I have many small screwdrivers. I love them all the same."),
            ("ivy", "Mine has a yellow handle, and by now your name on it."),
            ("bruno", "That was to keep it safe."),
            ("ivy", "Bruno."),
        ),
        readers=("ivy",),
    ),
    Scene(
        ("juno", "noor"),
        (
            ("juno", "How do you spell 'galvanised'?"),
            ("noor", "With patience."),
            ("juno", "The label printer says that this is too long."),
        ),
        readers=("juno", "noor"),
    ),
    Scene(
        ("maren", "bruno"),
        (
            ("maren", "Did the lady ever collect her bicycle?"),
            ("bruno", "She collected a bicycle."),
            ("maren", "Hers?"),
        ),
        readers=("maren",),
    ),
    Scene(
        BIRTHDAY,
        (("noor", "Who brings sixty candles? And who brings the extinguisher?"),),
        readers=("ivy",),
    ),
    Scene(
        ("ivy", "maren"),
        (
            ("ivy", "Somebody has left a cuckoo clock at the door."),
            ("ivy", "It is four o'clock here whenever it feels like it."),
        ),
    ),
    Scene(
        TUESDAY,
        (
            ("noor", "The blue toaster: there was a wasps' nest in it. An empty one. I think."),
            ("otto", "You think?"),
            ("ivy", "I have moved the biscuits. @Maren Tidewell, where do wasps go?"),
        ),
        readers=("noor", "otto", "ivy"),
    ),
    Scene(
        ("otto", "maren"),
        (
            ("otto", "Version two of the form has a column for colour."),
            ("otto", "Maren?"),
        ),
    ),
)

"""Who is in the demo: people nobody has ever met."""

from __future__ import annotations

from dataclasses import dataclass

PASSWORD = "Pinge-demo-1"  # noqa: S105  (everybody may know it, which is why prod refuses the demo)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to log in as, and why one would."""

    name: str
    gender: str
    country: str
    about: str

    @property
    def key(self) -> str:
        """What the story calls them."""
        return self.name.partition(" ")[0].lower()

    @property
    def email(self) -> str:
        """What they log in with."""
        return f"{self.key}@demo.example"


CAST = (
    Person("Maren Tidewell", "Female", "Norway", "start here: much unread"),
    Person("Otto Kettelbach", "Male", "Germany", "must not see one group"),
    Person("Noor Lampara", "Female", "Egypt", "runs that group"),
    Person("Bruno Tornillo", "Male", "Spain", "owes Ivy a screwdriver"),
    Person("Ivy Solderby", "Female", "Ireland", "guards the biscuits"),
    Person("Juno Plinth", "Others", "New Zealand", "waits for Bruno's yes"),
)

LATECOMER = Person("Pip Nettlecombe", "Others", "Wales", "is new, and knows nobody")

PEOPLE = (*CAST, LATECOMER)

"""One table per kind of thing we speak: channels, carriers, payment ways."""

from collections.abc import Iterator
from typing import ClassVar, Generic, Protocol, TypeVar, cast


class Registered(Protocol):
    """What a class needs to be found by its kind."""

    kind: ClassVar[str]
    label: ClassVar[str]


T = TypeVar("T", bound=Registered)
Member = TypeVar("Member", bound=Registered)


class DuplicateKind(ValueError):
    """Two classes claim the same kind; a start with either of them would be luck."""


class UnknownKind(LookupError):
    """Nobody registered this kind."""


class Registry(Generic[T]):
    """Classes by kind. ``noun`` is what an error message calls them ("carrier")."""

    def __init__(self, noun: str) -> None:
        self._noun = noun
        self._members: dict[str, type[T]] = {}

    def register(self, member: type[Member]) -> type[Member]:
        """Claim the kind of a class; use as a decorator.

        :raises DuplicateKind: if another class claimed it; seen when the module is imported
        """
        holder = self._members.get(member.kind)
        if holder is not None and holder is not member:
            raise DuplicateKind(
                f"{self._noun} kind {member.kind!r} is claimed by {holder.__qualname__} "
                f"and {member.__qualname__}"
            )
        self._members[member.kind] = cast("type[T]", member)
        return member

    def get(self, kind: str) -> type[T]:
        """Return the class of a kind.

        :raises UnknownKind: naming the kinds that are known
        """
        try:
            return self._members[kind]
        except KeyError:
            known = ", ".join(sorted(self._members)) or "none"
            raise UnknownKind(f"no {self._noun} of kind {kind!r}; known: {known}") from None

    def choices(self) -> list[tuple[str, str]]:
        """List (kind, label) pairs in the order of registration, for a form."""
        return [(member.kind, member.label) for member in self]

    def __iter__(self) -> Iterator[type[T]]:
        return iter(self._members.values())

    def __contains__(self, kind: object) -> bool:
        return kind in self._members

    def __len__(self) -> int:
        return len(self._members)

"""Reads GraphQL documents: operations, fields, arguments, directives; enough for those of ours."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_TOKEN = re.compile(r'"[^"]*"|[{}()\[\]:!=$@]|[A-Za-z_]\w*|-?\d+|\S')
_SKIPPED = re.compile(r"[\s,]+|#[^\n]*")
_CONSTANTS = {"true": True, "false": False, "null": None}


class BadDocument(Exception):
    """The document is not what this reader understands."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field with its arguments and directives, variables put in, and what is wanted below it."""

    name: str
    arguments: Mapping[str, Any]
    directives: Mapping[str, Mapping[str, Any]]
    fields: tuple["Field", ...]


@dataclass(frozen=True, slots=True)
class Operation:
    """``kind`` is query or mutation."""

    kind: str
    name: str
    fields: tuple[Field, ...]


def parse(document: str, variables: Mapping[str, Any]) -> Operation:
    """Read a document with one operation.

    :raises BadDocument: if it cannot be read, or names a variable that was not given
    """
    reader = _Reader(_tokens(document), variables)
    return reader.operation()


def _tokens(document: str) -> list[str]:
    return _TOKEN.findall(_SKIPPED.sub(" ", document))


class _Reader:
    def __init__(self, tokens: list[str], variables: Mapping[str, Any]) -> None:
        self._tokens = tokens
        self._at = 0
        self._variables = variables
        self._declared: set[str] = set()

    def operation(self) -> Operation:
        kind = self._take()
        if kind not in ("query", "mutation"):
            raise BadDocument("an operation begins with query or mutation")
        name = self._take()
        if self._peek() == "(":
            self._declarations()
        fields = self._fields()
        if self._at < len(self._tokens):
            raise BadDocument("one operation at a time")
        return Operation(kind, name, fields)

    def _declarations(self) -> None:
        self._expect("(")
        while self._peek() != ")":
            self._expect("$")
            name = self._take()
            self._declared.add(name)
            self._expect(":")
            is_required = self._type()
            if is_required and self._variables.get(name) is None:
                raise BadDocument(f"Variable ${name} of a required type was not provided")
        self._expect(")")

    def _type(self) -> bool:
        """Pass over a type and tell whether it is required."""
        if self._peek() == "[":
            self._take()
            self._type()
            self._expect("]")
        else:
            self._take()
        if self._peek() == "!":
            self._take()
            return True
        return False

    def _fields(self) -> tuple[Field, ...]:
        self._expect("{")
        found: list[Field] = []
        while self._peek() != "}":
            found += self._fragment() if self._peek() == "." else (self._field(),)
        self._expect("}")
        return tuple(found)

    def _fragment(self) -> tuple[Field, ...]:
        """Read the fields of one type in place; here every node is of the type asked for."""
        for token in (".", ".", ".", "on"):
            self._expect(token)
        self._take()
        return self._fields()

    def _field(self) -> Field:
        name = self._take()
        arguments = self._arguments()
        directives = {}
        while self._peek() == "@":
            self._take()
            directive = self._take()
            directives[directive] = self._arguments()
        fields = self._fields() if self._peek() == "{" else ()
        return Field(name, arguments, directives, fields)

    def _arguments(self) -> dict[str, Any]:
        arguments: dict[str, Any] = {}
        if self._peek() != "(":
            return arguments
        self._take()
        while self._peek() != ")":
            name = self._take()
            self._expect(":")
            arguments[name] = self._value()
        self._expect(")")
        return arguments

    def _value(self) -> Any:
        word = self._take()
        if word == "[":
            return self._list()
        if word == "$":
            name = self._take()
            if name not in self._declared:
                raise BadDocument(f"Variable ${name} is used but not declared")
            return self._variables.get(name)
        if word in _CONSTANTS:
            return _CONSTANTS[word]
        if word.lstrip("-").isdecimal():
            return int(word)
        return word.strip('"')

    def _list(self) -> list[Any]:
        values = []
        while self._peek() != "]":
            values.append(self._value())
        self._expect("]")
        return values

    def _peek(self) -> str:
        if self._at >= len(self._tokens):
            raise BadDocument("the document ends too early")
        return self._tokens[self._at]

    def _take(self) -> str:
        token = self._peek()
        self._at += 1
        return token

    def _expect(self, token: str) -> None:
        if self._take() != token:
            raise BadDocument(f"Expected {token}")

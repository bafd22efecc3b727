"""XML as nodes, and nothing of XML that can hurt: no document type, so no entities."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

DEEPEST = 30
HEAD = '<?xml version="1.0" encoding="utf-8"?>'
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class BadXml(ValueError):
    """No XML, or XML that is not allowed here."""


@dataclass(slots=True)
class Node:
    """An element: its name, its own text, and the elements in it."""

    name: str
    text: str = ""
    children: list[Node] = field(default_factory=list)

    def get(self, path: str) -> str:
        """The text of the first element under a path like ``a/b``, without blanks around; empty for none."""
        node = self.node(path)
        return node.text.strip() if node is not None else ""

    def node(self, path: str) -> Node | None:
        """The first element under a path."""
        if "/" in path:
            return next(self.all(path), None)
        for child in self.children:
            if child.name == path:
                return child
        return None

    def all(self, path: str) -> Iterator[Node]:
        """Every element under a path."""
        head, _, rest = path.partition("/")
        for child in self.children:
            if child.name == head:
                if rest:
                    yield from child.all(rest)
                else:
                    yield child

    def plain(self) -> Any:
        """For the eyes of a person: texts and lists."""
        if not self.children:
            return self.text.strip()
        return [{child.name: child.plain()} for child in self.children]


def parse(data: bytes) -> Node:
    """The root of a document."""
    root = Node("")
    open_nodes = [root]

    def begin(name: str, _attributes: dict[str, str]) -> None:
        if len(open_nodes) > DEEPEST:
            raise BadXml("too deep")
        node = Node(name)
        open_nodes[-1].children.append(node)
        open_nodes.append(node)

    def end(_name: str) -> None:
        open_nodes.pop()

    def words(text: str) -> None:
        open_nodes[-1].text += text

    def refuse(*_what: object) -> None:
        raise BadXml("a document type is not allowed")

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = begin, end
    parser.CharacterDataHandler = words
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise BadXml(str(error)[:100]) from None
    return root.children[0]


def build(name: str, content: Mapping[str, Any]) -> bytes:
    """A document of mappings, lists of mappings and texts; what is empty is left out."""
    return (HEAD + _element(name, content)).encode()


def _element(name: str, value: Any) -> str:
    if isinstance(value, Mapping):
        inner = "".join(_element(key, part) for key, part in value.items())
    elif isinstance(value, Sequence) and not isinstance(value, str):
        return "".join(_element(name, part) for part in value)
    else:
        inner = escape("" if value is None else str(value))
    return f"<{name}>{inner}</{name}>" if inner else ""


def escape(text: str) -> str:
    """A text as XML; characters that XML cannot hold are dropped."""
    return _ILLEGAL.sub("", text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

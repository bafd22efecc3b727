"""The base of all documents: which types a field may hold, checked when the document is made."""

import dataclasses
from dataclasses import dataclass
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from printers.errors import BadDocument

_CODE_LIMIT = 30
_INT_LIMIT = 10**13
# Resolving type hints is slow; a manifest makes one object per parcel.
_FIELDS: dict[type, dict[str, Any]] = {}

# Printed as Code 128: 1 to 30 printable ASCII characters.
BarcodeText = Annotated[str, "barcode"]


@dataclass(frozen=True, slots=True)
class Document:
    """Base of all papers and their lines; refuses wrong types at construction with BadDocument."""

    def __post_init__(self) -> None:
        for name, hint in fields_of(type(self)).items():
            _check(f"{type(self).__name__}.{name}", getattr(self, name), hint)


def fields_of(cls: type[Document]) -> dict[str, Any]:
    """Return field names and their resolved types, in order of declaration."""
    if cls not in _FIELDS:
        hints = get_type_hints(cls, include_extras=True)
        _FIELDS[cls] = {field.name: hints[field.name] for field in dataclasses.fields(cls)}
    return _FIELDS[cls]


def is_document(hint: Any) -> bool:
    """Whether a field holds nested documents (lines)."""
    return isinstance(hint, type) and issubclass(hint, Document)


def _check(path: str, value: Any, hint: Any) -> None:
    if get_origin(hint) is Annotated:
        _check_barcode(path, value)
    elif get_origin(hint) is tuple:
        if type(value) is not tuple:
            raise BadDocument(f"{path} must be a tuple, not {type(value).__name__}.")
        for i, item in enumerate(value):
            _check(f"{path}[{i}]", item, get_args(hint)[0])
    elif type(value) is not hint:
        raise BadDocument(f"{path} must be {hint.__name__}, not {type(value).__name__}.")
    elif hint is int and abs(value) >= _INT_LIMIT:
        raise BadDocument(f"{path} is beyond any real quantity.")


def _check_barcode(path: str, value: Any) -> None:
    """Refuse here, where a person can react, what the symbol could not carry later in the print thread."""
    if type(value) is not str:
        raise BadDocument(f"{path} must be str, not {type(value).__name__}.")
    is_plain = value.isascii() and value.isprintable() and value == value.strip()
    if not is_plain or not 1 <= len(value) <= _CODE_LIMIT:
        raise BadDocument(
            f"{path} must be 1 to {_CODE_LIMIT} printable ASCII characters to become a barcode."
        )

"""The base of all documents: which types a field may hold, checked when the document is made."""

import dataclasses
import re
from dataclasses import dataclass
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

from biip.checksums import gs1_standard_check_digit

from printers.errors import BadDocument

_CODE_LIMIT = 30
_INT_LIMIT = 10**13
_SSCC = re.compile(r"[0-9]{18}")
# Resolving type hints is slow; a manifest makes one object per parcel.
_FIELDS: dict[type, dict[str, Any]] = {}

# Printed as Code 128 or DataMatrix: 1 to 30 printable ASCII characters.
BarcodeText = Annotated[str, "barcode"]
# Printed as GS1-128: empty or 18 digits with a true check digit.
SsccText = Annotated[str, "sscc"]


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
        _CHECKS[get_args(hint)[1]](path, value)
    elif get_origin(hint) is Literal:
        if value not in get_args(hint):
            raise BadDocument(f"{path} must be one of {', '.join(get_args(hint))}.")
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


def _check_sscc(path: str, value: Any) -> None:
    """A wrong check digit is refused, never put right: the number would be another pallet's."""
    if type(value) is not str:
        raise BadDocument(f"{path} must be str, not {type(value).__name__}.")
    is_true = _SSCC.fullmatch(value) and gs1_standard_check_digit(value[:-1]) == int(value[-1])
    if value and not is_true:
        raise BadDocument(f"{path} must be an SSCC of 18 digits with the right check digit.")


_CHECKS = {"barcode": _check_barcode, "sscc": _check_sscc}

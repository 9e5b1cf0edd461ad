"""Errors: the tree, and the three parts (place, fact, remedy) that every message has.

Contract: in - what went wrong and where; out - an exception whose text a user can act on. Imports nothing of the project.

    CommuniqueError
    ├── InputError        a source that cannot be read as text, page or record
    ├── DateError         a date that is no date
    ├── TableError        a table or definition file with a fault
    ├── ModelError        a model folder that is incomplete or does not match
    ├── LedgerError       a folder that is no ledger, is being written, or is damaged
    └── QueryError        a question that the ledger cannot be asked
"""

import re

_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def printable(text: str) -> str:
    """The text on one line, with escapes for what would steer a terminal, and for bytes of a file's name that are no UTF-8."""
    return _UNPRINTABLE.sub(lambda match: ascii(match[0])[1:-1], text)


class CommuniqueError(Exception):
    """A fault a user can mend: `place: fact` and a line that says how."""

    def __init__(self, place: str, fact: str, remedy: str = "") -> None:
        super().__init__(place, fact, remedy)
        self.place, self.fact, self.remedy = printable(place), printable(fact), printable(remedy)

    def __str__(self) -> str:
        return f"{self.place}: {self.fact}" + (f" · {self.remedy}" if self.remedy else "")


class InputError(CommuniqueError):
    """The source cannot be read as text, page or record."""


class DateError(CommuniqueError):
    """The given date is no calendar date."""


class TableError(CommuniqueError):
    """A table or definition file has a fault; the place is `file:line`."""


class ModelError(CommuniqueError):
    """The model folder is incomplete, or its files do not match its manifest."""


class LedgerError(CommuniqueError):
    """The folder is no ledger, another process writes to it, or its files are damaged."""


class QueryError(CommuniqueError):
    """The ledger cannot be asked this: an unknown actor, event or column, or SQL with a fault."""

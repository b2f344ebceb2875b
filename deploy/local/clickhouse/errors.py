"""Errors as ClickHouse tells them: a number and a text. The text may hold data values: it goes to the client alone."""

import re

ENGINE_ERROR = re.compile(r"Code: (\d+)\. (?:DB::)?\w*Exception: (.*)", re.DOTALL)
NAME = re.compile(r"\(([A-Z][A-Z0-9_]+)\)")

SYNTAX_ERROR = 62
UNKNOWN_PACKET = 99
UNKNOWN_SETTING = 115
NOT_IMPLEMENTED = 48
UNKNOWN_TYPE = 50
SUPPORT_IS_DISABLED = 344
CANCELLED = 394
TOO_LARGE = 241  # MEMORY_LIMIT_EXCEEDED
NO_SPACE = 243
OTHER = 1001  # STD_EXCEPTION


class ServerError(Exception):
    """A statement failed; `code` is one of ClickHouse's."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

    @property
    def told(self) -> str:
        """Code and symbolic name: what may stand in a log."""
        names = NAME.findall(self.message)
        return f"{self.code} {names[-1]}" if names else str(self.code)


def from_engine(error: Exception) -> ServerError:
    """The engine's exception with its code; 1001 if it gives none."""
    if isinstance(error, ServerError):
        return error
    found = ENGINE_ERROR.search(str(error))
    if found:
        return ServerError(int(found[1]), found[2])
    return ServerError(OTHER, f"{type(error).__name__}: {error}")

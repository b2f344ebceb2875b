"""What can go wrong with a local part, told in words a person can act on."""

from enum import StrEnum


class Trouble(StrEnum):
    """Why a local part could not do what was asked; the command line turns each into an error code."""

    FAILED = "failed"
    NOT_LOOPBACK = "not_loopback"
    NOT_RUNNING = "not_running"
    NOT_INSTALLED = "not_installed"
    PORT_TAKEN = "port_taken"
    DOWNLOAD_FAILED = "download_failed"
    UNKNOWN_PART = "unknown_part"


class LocalPartError(Exception):
    """A local part cannot be started, stopped or found. The message may hold the last lines of its log."""

    def __init__(self, message: str, trouble: Trouble = Trouble.FAILED) -> None:
        super().__init__(message)
        self.message = message
        self.trouble = trouble

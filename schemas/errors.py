"""The one exception that reaches a user: a stable code and a line that holds no pupil's values."""


class ThabianError(Exception):
    """Something a person can mend. The command line prints it as one line and exits with `exit_code`."""

    def __init__(self, code: str, message: str, *, exit_code: int = 1) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.exit_code = exit_code

    def __str__(self) -> str:
        return f"[{self.code}] {self.message}"

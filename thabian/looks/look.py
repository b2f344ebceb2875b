"""What every look can do."""

from typing import Protocol, TypeVar

Found = TypeVar("Found")


class Look(Protocol[Found]):
    """One question. Holds no connection between two times it is asked."""

    @property
    def name(self) -> str:
        """As metrics and logs name it."""
        ...

    def read(self) -> Found:
        """Ask. Raises ThabianError when a part does not answer, or not as it should."""
        ...

    def tell(self, found: Found) -> None:
        """Set the gauges to this, and take back what is no longer so."""
        ...

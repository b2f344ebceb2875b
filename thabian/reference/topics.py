"""docs/topics.md: every topic as declared."""

from schemas.topics import declared
from thabian.reference.markdown import document, table


def page() -> str:
    """The page."""
    rows = (
        (
            f"`{topic.name}`",
            str(topic.partitions),
            topic.key,
            topic.holds,
            ", ".join(f"{k}={v}" for k, v in topic.configs.items()),
        )
        for topic in declared()
    )
    note = (
        "`thabian topics apply` makes the broker match; every publisher has an ingress topic like that of `roster`.\n"
    )
    return document("Topics", note, table(("topic", "partitions", "key", "holds", "configuration"), rows))

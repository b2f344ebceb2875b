"""The contract: events, topics, code lists and error codes. It imports nothing of ours."""

"""What intake costs beside what one would write first: run by `make bench`, never by tests."""

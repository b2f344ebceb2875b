"""What intake costs beside what one would write first: run by `make bench`, never by tests."""

import thabian as thabian  # first: it tells polars what memory and threads to use, and child processes inherit that

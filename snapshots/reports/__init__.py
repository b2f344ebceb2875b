"""One module a report: what it asks of a version's rows and how its table is laid out."""

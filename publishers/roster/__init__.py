"""DMC roster files to events: read a table, find its layout, check row by row, make events."""

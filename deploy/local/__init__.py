"""A real broker and the real engine on one machine, with Python as the only prerequisite."""

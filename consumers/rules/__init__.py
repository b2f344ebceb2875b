"""The rules an event is held against: one small function each, over the columns of a batch."""

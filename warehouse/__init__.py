"""ClickHouse behind one small interface, and its migrations."""

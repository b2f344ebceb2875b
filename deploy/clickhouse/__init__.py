"""What a ClickHouse of one's own is given beside its tables: roles and the settings of semantics 3.6."""

"""ClickHouse's engine, as it comes in the chdb wheel, behind ClickHouse's native protocol. For one machine only."""

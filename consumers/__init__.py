"""Kafka consumers: the intake pipeline and the sinks."""

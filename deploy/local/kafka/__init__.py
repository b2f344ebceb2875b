"""Apache Kafka (KRaft) from its Maven artefacts, on the Java runtime that comes as a Python wheel."""

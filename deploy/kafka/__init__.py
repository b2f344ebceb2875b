"""What a Kafka of one's own is given beside its topics: who may do what, role by role."""

"""What is sent on: bundles for the ministry's database, letters. Each names the version it was made from."""

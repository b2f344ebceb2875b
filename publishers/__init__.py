"""Ways in: roster files and event files, through an outbox on disk, to an ingress topic."""

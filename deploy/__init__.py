"""Where Thabian runs: one machine (local/) and beyond."""

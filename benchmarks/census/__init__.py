"""What sealing, verifying, comparing and explaining a nation's census costs."""

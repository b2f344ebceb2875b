"""A year of a register as a real one goes, made up: every event the schools send, and beside it who was on which roll."""

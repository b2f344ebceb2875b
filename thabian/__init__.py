"""Settings, command line, logging and clock: what wires the other packages together."""

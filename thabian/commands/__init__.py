"""One module a subcommand group; each only parses, calls and prints."""

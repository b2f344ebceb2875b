"""Synthetic rosters with exactly given counts. Every person in them is made up."""

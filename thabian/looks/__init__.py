"""Looks at an installation from outside: each asks one thing, changes nothing, and can be told as gauges or on a screen."""

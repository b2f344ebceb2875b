"""`python -m thabian` is `thabian`."""

from thabian.cli import main

main()

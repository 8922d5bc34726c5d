"""`python -m peaceops` is the same as `peaceops`."""

from peaceops.cli import main

main()

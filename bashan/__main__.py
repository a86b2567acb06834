"""`python -m bashan`."""

from bashan.cli import main

main()

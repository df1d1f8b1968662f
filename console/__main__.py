"""`python -m aliquot.console` is the command line."""

from aliquot.console.cli.main import main

main()

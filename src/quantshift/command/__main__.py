"""Run the command as `python -m quantshift.command`."""

import sys

from quantshift.command.main import main

if __name__ == "__main__":
    sys.exit(main())

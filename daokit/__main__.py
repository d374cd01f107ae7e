"""`python -m daokit`, where the script is not on the path."""

import sys

from daokit.cli import main

sys.exit(main())

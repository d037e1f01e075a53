"""`python -m web.cli`: the same as the `haberara` command."""

from web.cli import main

if __name__ == "__main__":
    main()

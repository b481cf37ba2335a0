"""`python -m obs`."""

from obs.cli import main

if __name__ == "__main__":
    main()

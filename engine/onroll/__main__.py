"""`python -m onroll`."""

from onroll.cli import main

if __name__ == "__main__":
    main()

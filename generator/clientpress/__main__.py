"""`python -m clientpress`."""

from clientpress.cli import main

if __name__ == "__main__":
    main()

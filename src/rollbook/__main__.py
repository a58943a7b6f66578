"""``python -m rollbook`` and the ``rollbook`` command."""

from rollbook.cli.root import main

__all__ = ["main"]

if __name__ == "__main__":
    main()

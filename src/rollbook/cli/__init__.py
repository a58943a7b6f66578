"""The ``rollbook`` command. ``root.py`` lists the commands; each module holds one, imported when it is called."""

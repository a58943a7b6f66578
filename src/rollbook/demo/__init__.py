"""The demo organisation: a company that trains people for dangerous work, with a year behind it.

``fill.py`` makes it, through the core's own services and by a clock that it moves, so that everything it shows has come
about as it would have. What happens and to whom is drawn from one seed; ids and secrets are not. The year ends at the
beginning of the day on which it is made, so that charts are current.
"""

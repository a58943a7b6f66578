"""The rooms, one module each: what a page asks of the core and what it shows. No rule lives here."""

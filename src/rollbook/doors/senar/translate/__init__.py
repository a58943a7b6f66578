"""Between the SENAR API's shapes and the record."""

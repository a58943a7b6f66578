"""Between the Velpic API's shapes and the record."""

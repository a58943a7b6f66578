"""The shapes of the Velpic API, spelt its way."""

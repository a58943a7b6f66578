"""The shapes of the SENAR API, spelt its way."""

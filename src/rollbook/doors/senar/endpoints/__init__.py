"""The SENAR API's handlers."""

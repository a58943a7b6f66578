"""The Velpic API's handlers."""

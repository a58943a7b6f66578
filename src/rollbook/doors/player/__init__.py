"""What the lesson player's page asks of the server."""

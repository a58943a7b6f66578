"""The vendors' APIs, one package each. No door imports another."""

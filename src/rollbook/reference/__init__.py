"""The pages of docs/reference, generated from the code so that they cannot be wrong. ``rollbook docs`` writes them."""

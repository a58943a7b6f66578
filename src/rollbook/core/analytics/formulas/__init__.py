"""Formulas: what an analyst types over the columns of a source, parsed by a grammar of ours and made a query's tree."""

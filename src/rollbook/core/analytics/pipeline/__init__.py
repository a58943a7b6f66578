"""Questions about a source: steps of filtering, grouping and ordering, made one query's tree."""

"""Data that an organisation brings or keeps, and questions about it: sources, formulas, queries, tasks."""

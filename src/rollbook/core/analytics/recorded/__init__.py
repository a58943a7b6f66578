"""The record's own tables as data sources that everyone has and nobody changes: what they show, and to whom.

Only descriptions live here; keeping them current is ``snapshots``' work.
"""

"""Dashboards as they are looked at: widgets, the values for their variables, what they show, and embedding."""

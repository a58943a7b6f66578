"""The Velpic (Damstra Learning) API."""

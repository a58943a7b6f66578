"""Scripts: keeping them, asking for runs, running them by their schedules, and what came of each run."""

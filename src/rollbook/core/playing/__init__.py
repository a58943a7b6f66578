"""Playing lessons: where a learner is in one, and what they answered."""

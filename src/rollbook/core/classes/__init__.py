"""Classes led by an instructor: seats, a waiting list, attendance, invitations."""

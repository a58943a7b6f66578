"""Sites and their projects, participants, devices and services; live sessions, and what is kept of them."""

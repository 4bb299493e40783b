"""What every SQLite file of the project is written through: statements in the event loop, commits in a thread."""

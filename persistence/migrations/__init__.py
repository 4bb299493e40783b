"""Alembic migrations: `env.py` runs them, `versions` holds one step a module."""

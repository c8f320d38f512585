"""Migrations of the database, one folder for both engines; applied by `fediverse migrate`."""

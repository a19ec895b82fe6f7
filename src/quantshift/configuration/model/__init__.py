"""The typed keys of the config: the single source of their checks, the JSON schema and the table in the README."""

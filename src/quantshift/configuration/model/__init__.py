"""The keys of the config, typed: the one source of their checks, of the JSON schema and of the table in the README."""

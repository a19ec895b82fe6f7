"""Names and types that every package uses; imports no other package of quantshift."""

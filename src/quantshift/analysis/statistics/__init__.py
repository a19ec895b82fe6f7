"""Statistics: intervals, tests and estimates."""

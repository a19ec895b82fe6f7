"""The study's findings as testable claims, one file per finding; the claims become rows of the findings table."""

"""The study's findings as claims that are tested, a file each; each gives rows of the findings table."""

"""The study's findings as claims that are tested, a file each; each gives rows of the findings table.

A claim over all data sets leaves out models that have not learned (see `quantshift.analysis.learned`).
"""

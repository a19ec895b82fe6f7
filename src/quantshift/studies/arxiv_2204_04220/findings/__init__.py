"""The study's findings as testable claims, one file per finding; the claims become rows of the findings table.

A claim over all data sets leaves out models that have not learned (see `quantshift.analysis.learned`).
"""

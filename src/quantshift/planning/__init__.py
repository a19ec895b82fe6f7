"""What a study costs before it is run: its jobs, how long each takes, and when each runs on a number of cores.

The jobs are Snakemake's own; durations come from the records of an earlier run, and where there is none from rates that
are measured on the spot.
"""

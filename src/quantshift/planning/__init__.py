"""The cost of a study before it runs: its jobs, how long each takes, and when each runs on a number of cores.

Snakemake lists the jobs. Durations come from records of an earlier run or, without a record, from rates measured on
this machine.
"""

"""Fast job starts: each job is forked from a process that has already imported what the job's script needs.

Most jobs take less time than Python needs to import numpy and onnxruntime (0.2 s) or torch (1.5 s). `start` runs a
server next to Snakemake, on Linux, if jobs run on the same machine. A rule's command is the `client`: it asks the
`server` to fork a process for the `job`, and exits as the job does. Without a server (on clusters, on other systems,
with QUANTSHIFT_FORK_SERVER=off), the client becomes the job. A job's modules, arguments, environment, folder, output
and exit code are the same either way (`benchmarks/starts.py` measures both).

Forked jobs differ in these points: they run in a separate session, so Ctrl-Z stops only Snakemake and the clients. If
a client is killed, its job publishes nothing and gets SIGTERM (which takes effect when the current library call
returns), then SIGKILL after two seconds. `atexit` handlers are not called. Snakemake records the client's memory and
CPU time; `quantshift.jobs.usage` reports the job's.
"""

"""Jobs that begin at once: forked from a process that has imported what their script needs.

Most of a study's jobs are over in less time than Python takes to import numpy and onnxruntime (0.2 s) or torch (1.5 s).
`start` runs a server beside Snakemake, on Linux and where jobs run on the same machine; a rule's command is the
`client`, which has the `server` fork a process for the `job` and ends as that does. Where there is no server, the
client becomes the job itself: on clusters, on other systems, with QUANTSHIFT_FORK_SERVER=off. A job's modules,
arguments, environment, folder, output and exit code are the same either way (`benchmarks/starts.py` measures both).

What differs: jobs are in a session of their own. Ctrl-Z stops Snakemake and the clients alone, a killed client's job
publishes nothing and ends as by SIGTERM (when the library that computes returns, or after two seconds by SIGKILL),
handlers of `atexit` are not called, and Snakemake's own record of a job's memory and CPU time is the client's:
`quantshift.jobs.usage` has the job's.
"""

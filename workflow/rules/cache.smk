"""Needs `--cache`. Makes no files: Snakemake shares downloads and generated shifts between workflows and users, in the
folder SNAKEMAKE_OUTPUT_CACHE.
"""

if CACHING:
    # The key of the cache is the code that reads the data, so one user could get another user's files.
    if private := [
        artifact
        for artifact in STUDY.artifacts
        if members.constants(f"fetching/artifacts/{artifact}").get("PRIVATE")
    ]:
        raise WorkflowError(
            f"--cache shares data between users, but {', '.join(private)} may differ from user to user: run without "
            "--cache, or leave their data sets out of study.datasets"
        )
    # Snakemake does not cache rules with a benchmark, because cached outputs have none.
    for cached in ("fetch", "shift"):
        workflow.get_rule(cached)._benchmark = None

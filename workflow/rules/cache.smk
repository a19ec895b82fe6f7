"""Needs `--cache`, else nothing. Makes nothing: it lets Snakemake share what is fetched and generated between workflows
and users, in the folder SNAKEMAKE_OUTPUT_CACHE.
"""

if CACHING:
    # Snakemake would know such data by the code that read them, and hand one user's to another.
    if private := [
        artifact
        for artifact in STUDY.artifacts
        if members.constants(f"fetching/artifacts/{artifact}").get("PRIVATE")
    ]:
        raise WorkflowError(
            f"--cache shares data with others, and {', '.join(private)} may differ from user to user: run without "
            "--cache, or name the other data sets alone in study.datasets"
        )
    # What comes from a cache has nothing to measure, and Snakemake takes no rule with a benchmark.
    for cached in ("fetch", "shift"):
        workflow.get_rule(cached)._benchmark = None

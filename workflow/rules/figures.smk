"""Needs results/tables. Makes results/figures, each as SVG and PNG."""

FIGURES = members.names("figures")


def figure_tables(wildcards):
    """Return the tables that a figure shows."""
    names = members.constants(f"figures/{wildcards.figure}")["TABLES"]
    return expand("results/tables/{table}.csv", table=names)


def figure_code(wildcards):
    """Return the code that draws a figure."""
    return code_of("figure", [f"figures/{wildcards.figure}"])


def figure_category(wildcards):
    """Return the heading of a figure in Snakemake's report."""
    return members.constants(f"figures/{wildcards.figure}")["CATEGORY"]


def figure_caption(wildcards):
    """Return the caption of a figure in Snakemake's report."""
    return members.constants(f"figures/{wildcards.figure}")["CAPTION"]


def figures_of(dataset, architecture, ending):
    """Return the files of the figures of one architecture in one format."""
    published = (dataset, architecture) in published_files.architectures()
    severities = STUDY.has_severities(dataset)
    constants = {figure: members.constants(f"figures/{figure}") for figure in FIGURES}
    return [
        f"results/figures/{figure}/{dataset}/{architecture}.{ending}"
        for figure, facts in constants.items()
        if (published or not facts.get("NEEDS_PUBLISHED"))
        and (severities or not facts.get("NEEDS_SEVERITIES"))
    ]


FIGURE_FILES = [
    file
    for dataset, architecture in STUDY.architectures
    for ending in ("svg", "png")
    for file in figures_of(dataset, architecture, ending)
]


rule figure:
    input:
        figure_tables,
    output:
        svg=report(
            "results/figures/{figure}/{dataset}/{architecture}.svg",
            caption="../report/figure.rst",
            category=figure_category,
            labels={"data set": "{dataset}", "architecture": "{architecture}"},
        ),
        png="results/figures/{figure}/{dataset}/{architecture}.png",
    log:
        "results/logs/figure/{figure}/{dataset}/{architecture}.log",
    benchmark:
        "results/benchmarks/figure/{figure}/{dataset}/{architecture}.tsv"
    wildcard_constraints:
        figure="|".join(FIGURES),
    threads: 1
    resources:
        mem_mb=memory("figure"),
        runtime=minutes("figure"),
    params:
        caption=figure_caption,
        labels=members.labels(),
        code=figure_code,
    shell:
        "{START}/figure.py --log {log:q} --figure {wildcards.figure}"
        " --dataset {wildcards.dataset} --architecture {wildcards.architecture}"
        " --tables {input:q} --svg {output.svg:q} --png {output.png:q}"


rule figures:
    input:
        FIGURE_FILES,

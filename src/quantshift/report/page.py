"""Build the report page: one self-contained HTML file with the tables, records and details."""

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, TypedDict

import pandas as pd
import vl_convert
from markupsafe import Markup

from quantshift.decision import record as decision_record
from quantshift.decision.answer import answer
from quantshift.decision.candidates import Candidate
from quantshift.decision.decide import NONE_APPLICABLE, Entry, ModelDecision, VariantDecision, decide, is_about_float32
from quantshift.decision.gain import LEAST_SPEED, MOST_SIZE, NEEDED
from quantshift.decision.not_applicable import NotApplicable
from quantshift.decision.numbers import exact_percent, percent
from quantshift.decision.policy import Policy
from quantshift.fetching.origin import ORIGIN, OriginRecord
from quantshift.plotting import html
from quantshift.plotting.words import words
from quantshift.report import agreement, charts, entries, findings, gallery, heat, retraining, running, unlearned
from quantshift.report.curves import edges
from quantshift.report.embedding import embedded, fingerprint, script
from quantshift.report.glossary import GLOSSARY
from quantshift.report.labels import classes
from quantshift.report.notes import notes
from quantshift.report.page_data import cell_data, detector_rows, identifiers, model_data, part, plain, shown_inputs
from quantshift.storage.files import write_bytes
from quantshift.storage.records import read_as, read_record
from quantshift.tables import table

TEMPLATES = Path(__file__).parent / "templates"
# Size limit of a page in bytes, as far as the gallery decides on it.
SIZE = 7_800_000
# Approximate bytes of the HTML without scripts and data: of the page, and of each candidate's row.
HTML_BYTES, ROW_BYTES = 150_000, 3_500
# More models than these are too many tiles to begin with.
MANY = 12
# Makes the function that the page's script needs from Vega global.
SNIPPET = "window.vegaEmbed = vegaEmbed;"
SUMMARY_TABLES = ("evaluation", "variants", "detectors", "retraining", "findings")


class RunRecord(TypedDict):
    """The entries of `results/run.json` that the page shows."""

    config: dict[str, Any]
    versions: dict[str, str]
    cpu: dict[str, Any]
    git_revision: str | None
    start: str | None
    end: str | None
    seconds_by_rule: dict[str, dict[str, float]]


class Details(TypedDict):
    """The entries of a detail file (see `quantshift.report.details`)."""

    dataset: str
    architecture: str
    seed: int
    kind: str
    classes: list[str]
    splits: dict[str, int]
    test_sets: list[list[Any]]
    cells: list[Any]
    limit: Any
    inputs: dict[str, str]
    partners: dict[str, str]
    curves: dict[str, dict[str, Any]]
    margins: dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Study:
    """The contents of a page.

    Attributes:
        tables: the tables of SUMMARY_TABLES.
        entries: the candidates in `results/decision.json` and the variants whose presets the models cannot take, in its
            order.
        policy: the policy of the decisions.
        record: `results/run.json`.
        details: the detail files.
        origins: `origin.json` of each fetched artifact.
        table_links: addresses of the tables, relative to the page.
        figure_links: addresses of the figures, relative to the page.
        titles: title of each kind of figure.
    """

    tables: Mapping[str, pd.DataFrame]
    entries: Sequence[Entry]
    policy: Policy
    record: Mapping[str, Any]
    details: Sequence[Mapping[str, Any]]
    origins: Sequence[Mapping[str, Any]]
    table_links: Sequence[str]
    figure_links: Sequence[str]
    titles: Mapping[str, str]

    @property
    def candidates(self) -> list[Candidate]:
        """The candidates, in their order."""
        return [entry for entry in self.entries if isinstance(entry, Candidate)]

    @property
    def not_applicable(self) -> list[NotApplicable]:
        """The variants whose presets the models cannot take, in their order."""
        return [entry for entry in self.entries if isinstance(entry, NotApplicable)]


def write_page(
    *,
    tables: Mapping[str, Path],
    decision: Path,
    record: Path,
    details: Sequence[Path],
    origins: Sequence[Path],
    figures: Sequence[Path],
    titles: Mapping[str, str],
    page: Path,
) -> None:
    """Write the page.

    Args:
        tables: all tables by name; the page links to each and shows those of SUMMARY_TABLES.
        decision: the decisions on all models.
        record: the run's record.
        details: the detail file of each architecture.
        origins: `origin.json` of each fetched artifact.
        figures: the workflow's figures, to which the page links.
        titles: title of each kind of figure, by the name of its folder.
        page: the HTML file to write.

    Raises:
        QuantshiftError: a file is missing or damaged.
    """
    entries, policy = decision_record.read(decision)
    study = Study(
        tables={name: table.read(name, tables[name]) for name in SUMMARY_TABLES},
        entries=entries,
        policy=policy,
        record=read_as(record, RunRecord, "the record of a run"),
        details=[read_record(path, Details, "the details of an architecture") for path in details],
        origins=[read_as(path, OriginRecord, ORIGIN) for path in origins],
        table_links=[_link(path, page) for path in tables.values()],
        figure_links=[_link(path, page) for path in figures],
        titles=titles,
    )
    agreement.check(study.tables["variants"], tables["variants"], study.record["config"])
    agreement.check(study.tables["evaluation"], tables["evaluation"], study.record["config"], study.tables["variants"])
    agreement.check_decision(study.entries, decision, study.record["config"])
    write_bytes(page, render(study).encode())


def render(study: Study, size: int = SIZE) -> str:
    """Return the page.

    Args:
        study: the contents.
        size: size limit of the page in bytes: the gallery's pictures, texts and rows get what the rest leaves.
    """
    candidates = study.candidates
    # The published findings are about trained models.
    numbers = findings.FINDINGS if study.record["config"]["study"]["datasets"] else ()
    finding_entries = [findings.summary(number, study.tables["findings"]) for number in numbers]
    order = {(each.dataset, each.architecture, each.method, each.name): i for i, each in enumerate(candidates)}
    cells = sorted(heat.cells(study.tables["evaluation"]), key=lambda cell: order[tuple(cell[:4])])
    detectors = detector_rows(study.tables["detectors"])
    variants = list(dict.fromkeys(candidate.name for candidate in candidates))
    metrics = sorted({row[4] for row in detectors})
    summary = {
        "charts": charts.specifications(variants, metrics),
        "words": {name: words(name) for name in identifiers(cells, detectors)},
        # The page does not show the classes.
        "candidates": [asdict(replace(candidate, by_class=(), test_inputs={})) for candidate in candidates],
        "not_applicable": [asdict(variant) for variant in study.not_applicable],
        "policy": asdict(study.policy),
        "gain": {"most_size": MOST_SIZE, "least_speed": LEAST_SPEED, "needed": NEEDED},
        "findings": [entry for entry in finding_entries if entry["tested"]],
        "heat": cells,
        "detectors": detectors,
        "classes": {detail["dataset"]: detail["classes"] or classes(detail["dataset"]) for detail in study.details},
        "edges": edges().round(6).tolist(),
    }
    methods = list(dict.fromkeys(candidate.method for candidate in candidates))
    first_method = first_shown(candidates)
    scope = f" ({words(first_method)} training)" if first_method else ""
    decisions = decide(study.entries, study.policy)
    tiles = [model for model in decisions if first_method in ("", model.method)]
    library = _library()
    code = (TEMPLATES / "page.bundle.js").read_text(encoding="utf-8")
    data = embedded(plain(summary))
    models = [model_data(detail, detectors) for detail in study.details]
    rest = len(library) + len(code) + len(data) + len(json.dumps(models))
    rest += HTML_BYTES + ROW_BYTES * len(candidates)
    parts, limit = gallery.fitted([part(detail) for detail in study.details], max(size - rest, 0))
    shown = {"limit": limit, "shown": 0, "total": 0}
    for model, shown_part in zip(models, parts, strict=True):
        model["cells"] = [cell_data(cell, shown_part.partners) for cell in shown_part.cells]
        shown["shown"] += sum(len(cell.rows) for cell in shown_part.cells)
        shown["total"] += sum(cell.total for cell in shown_part.cells)
    environment = html.environment(TEMPLATES)
    environment.tests["about_float32"] = is_about_float32
    environment.filters |= {
        "words": words,
        "percent": percent,
        "exact_percent": exact_percent,
        "words_of": _listed,
    }
    return environment.get_template("report.html.j2").render(
        rows=list(zip(candidates, _decisions(decisions, candidates), strict=True)),
        tiles=tiles,
        answer=answer(tiles, study.policy, scope, words),
        first_method=first_method,
        not_applicable=entries.not_applicable(study.entries),
        notes=notes(study.tables["variants"]),
        none_applicable=NONE_APPLICABLE,
        studied=entries.studied(study.entries),
        policy=study.policy,
        needed=NEEDED,
        findings=finding_entries,
        unlearned=unlearned.descriptions(study.tables["evaluation"]),
        retraining=retraining.summary(study.tables["retraining"]),
        gallery=shown,
        seeds=max((candidate.seeds for candidate in candidates), default=1),
        run=running.summary(study.record, study.details, study.origins),
        tables=study.table_links,
        figures=figure_groups(study.figure_links, study.titles),
        datasets=list(dict.fromkeys(candidate.dataset for candidate in candidates)),
        models=list(dict.fromkeys((candidate.dataset, candidate.architecture) for candidate in candidates)),
        methods=methods,
        variants=variants,
        test_sets=len({(row[0], *row[4:7]) for row in cells}),
        style=Markup((TEMPLATES / "page.css").read_text(encoding="utf-8")),
        summary=data,
        details=embedded(plain({"models": models, "inputs": shown_inputs(study.details, parts)})),
        glossary=GLOSSARY,
        library=script(library),
        code=script(code),
        fingerprints=" ".join(fingerprint(source) for source in (library, code)),
    )


def first_shown(candidates: Sequence[Candidate]) -> str:
    """Return the training method whose models the page shows first, or "" for all of them.

    Of many models the page begins with one training method that all architectures have; the reader can select others.
    """
    models = dict.fromkeys((each.method, each.dataset, each.architecture) for each in candidates)
    architectures = {model[1:] for model in models}
    common = [method for method, *_ in models if {model[1:] for model in models if model[0] == method} == architectures]
    return common[0] if common and len(models) > max(MANY, len(architectures)) else ""


@cache
def _library() -> str:
    """Return Vega as a script; bundling it takes two seconds."""
    return vl_convert.javascript_bundle(SNIPPET)


def figure_groups(links: Iterable[str], titles: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the links of figures (``.../<figure>/<dataset>/<architecture>.<ending>``) by figure and architecture.

    >>> figure_groups(["figures/heat_map/mnist/lenet5.svg"], {})[0]["drawn"]
    [{'dataset': 'mnist', 'architecture': 'lenet5', 'links': [('SVG', 'figures/heat_map/mnist/lenet5.svg')]}]
    """
    groups: dict[str, dict[tuple[str, str], list[tuple[str, str]]]] = {}
    for link in links:
        *_, figure, dataset, name = link.split("/")
        architecture, _, ending = name.rpartition(".")
        groups.setdefault(figure, {}).setdefault((dataset, architecture), []).append((ending.upper(), link))
    return [
        {
            "figure": figure,
            "title": titles.get(figure, words(figure)),
            "drawn": [
                {"dataset": dataset, "architecture": architecture, "links": formats}
                for (dataset, architecture), formats in drawn.items()
            ],
        }
        for figure, drawn in groups.items()
    ]


def _link(path: Path, page: Path) -> str:
    return Path(os.path.relpath(path, page.parent)).as_posix()


def _decisions(models: Sequence[ModelDecision], candidates: Sequence[Candidate]) -> list[VariantDecision]:
    """Return the decision on each candidate, in their order."""
    decisions = {
        (model.dataset, model.architecture, model.method, decided.name): decided
        for model in models
        for decided in model.variants
    }
    return [decisions[each.dataset, each.architecture, each.method, each.name] for each in candidates]


def _listed(names: Iterable[str]) -> str:
    return ", ".join(words(name) for name in names)

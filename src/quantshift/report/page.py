"""Build the report page: one self-contained HTML file with the tables, records and details."""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, TypedDict

import jinja2
import numpy as np
import pandas as pd
import vl_convert
from markupsafe import Markup

from quantshift.core.test_set import TestSet
from quantshift.decision import record as decision_record
from quantshift.decision.answer import answer
from quantshift.decision.candidates import Candidate
from quantshift.decision.decide import NONE_APPLICABLE, Entry, ModelDecision, VariantDecision, decide, is_about_float32
from quantshift.decision.gain import LEAST_SPEED, MOST_SIZE, NEEDED
from quantshift.decision.not_applicable import NotApplicable
from quantshift.decision.numbers import exact_percent, percent
from quantshift.decision.policy import Policy
from quantshift.fetching.origin import ORIGIN, OriginRecord
from quantshift.plotting.words import words
from quantshift.report import agreement, charts, entries, findings, gallery, heat, retraining, running, unlearned
from quantshift.report.curves import edges, oriented, precision
from quantshift.report.embedding import embedded, fingerprint, script
from quantshift.report.gallery import GalleryCell, Part
from quantshift.report.glossary import GLOSSARY
from quantshift.report.labels import classes
from quantshift.report.notes import notes
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
DECIMALS = 4


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
    detectors = _detectors(study.tables["detectors"])
    variants = list(dict.fromkeys(candidate.name for candidate in candidates))
    metrics = sorted({row[4] for row in detectors})
    summary = {
        "charts": charts.specifications(variants, metrics),
        "words": {name: words(name) for name in _names(cells, detectors)},
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
    data = embedded(_plain(summary))
    models = [_model(detail, detectors) for detail in study.details]
    rest = len(library) + len(code) + len(data) + len(embedded(_plain(models)))
    rest += HTML_BYTES + ROW_BYTES * len(candidates)
    parts, limit = gallery.fitted([_part(detail) for detail in study.details], max(size - rest, 0))
    shown = {"limit": limit, "shown": 0, "total": 0}
    for model, part in zip(models, parts, strict=True):
        model["cells"] = [_cell(cell, part.partners) for cell in part.cells]
        shown["shown"] += sum(len(cell.rows) for cell in part.cells)
        shown["total"] += sum(cell.total for cell in part.cells)
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
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
        details=embedded(_plain({"models": models, "inputs": _inputs(study.details, parts)})),
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


def _part(detail: Mapping[str, Any]) -> Part:
    cells = [gallery.from_json(cell) for cell in detail["cells"]]
    sizes = {key: len(text.encode()) for key, text in detail["inputs"].items()}
    return Part(detail["dataset"], cells, sizes, detail["partners"])


def _model(detail: Mapping[str, Any], detectors: Sequence[Sequence[Any]]) -> dict[str, Any]:
    """Return one architecture's details for the page's script, without the inputs of the gallery."""
    own_rows = {tuple(row[2:5]): row for row in detectors if row[:2] == [detail["dataset"], detail["architecture"]]}
    curves: dict[str, dict[str, Any]] = {}
    for method, by_variant in detail["curves"].items():
        for variant, by_metric in by_variant.items():
            curves.setdefault(method, {})[variant] = {
                metric: _curve(fractions, own_rows[method, variant, metric])
                for metric, fractions in by_metric.items()
                if fractions is not None and (method, variant, metric) in own_rows
            }
    return {
        "dataset": detail["dataset"],
        "architecture": detail["architecture"],
        "seed": detail["seed"],
        "kind": detail["kind"],
        "curves": curves,
        "margins": detail["margins"],
    }


def _cell(cell: GalleryCell, partners: Mapping[str, str]) -> list[Any]:
    """Return method, variant, suite, shift, severity, number of disagreements and the rows that are shown.

    A row ends with the index of the clean original that is shown next to the input, or with None.
    """
    rows = [[*row[:4], *map(_rounded, row[4:]), _original(cell.test_set, row[0], partners)] for row in cell.rows]
    return [cell.method, cell.variant, *cell.test_set, cell.total, rows]


def _rounded(margin: float | None) -> float | None:
    """Return a margin with few decimals; only a tie becomes 0."""
    if margin is None:
        return None
    return max(round(margin, DECIMALS), 10.0**-DECIMALS) if margin else 0.0


def _original(test_set: TestSet, index: int, partners: Mapping[str, str]) -> int | None:
    """Return the index of an input's clean original, or None if it has none."""
    partner = partners.get(gallery.key(test_set, index))
    return None if partner is None else int(partner.rsplit("/", 1)[1])


def _curve(fractions: Mapping[str, Sequence[float]], row: Sequence[Any]) -> list[list[float]]:
    """Return the curve of a metric in the direction of its row in the detectors table: alarms, caught and precision."""
    # Without disagreements in the validation data, the metric keeps its documented direction.
    sign = 1.0 if pd.isna(row[8]) else float(row[8])
    caught, alarms = oriented(np.array(fractions["caught"]), np.array(fractions["alarms"]), sign)
    precise = precision(caught, alarms, row[10] / row[9])
    # The precision is NaN only if nothing is ever flagged.
    return [np.nan_to_num(values).round(6).tolist() for values in (alarms, caught, precise)]


def _detectors(frame: pd.DataFrame) -> list[list[Any]]:
    """Return how well each metric of the variant's logits detects disagreements over all test sets, for the first seed.

    Each row holds dataset, architecture, method, variant, metric, AUROC with its limits, sign, n, n_disagreements, and
    average precision and TNR at 95 % TPR with their limits.
    """
    rows = frame[(frame["protocol"] == "natural") & (frame["view"] == "variant") & (frame["shift_group"] == "all")]
    if rows.empty:
        return []
    first = rows.groupby(["dataset", "architecture"])["seed"].transform("min")
    columns = ["dataset", "architecture", "method", "variant", "metric"]
    columns += ["auroc", "auroc_low", "auroc_high", "sign", "n", "n_disagreements"]
    columns += ["aupr", "aupr_low", "aupr_high", "tnr_at_tpr95", "tnr_at_tpr95_low", "tnr_at_tpr95_high"]
    return [list(row) for row in rows[rows["seed"] == first][columns].itertuples(index=False, name=None)]


def _inputs(details: Sequence[Mapping[str, Any]], parts: Sequence[Part]) -> dict[str, dict[str, str]]:
    """Return the pictures or texts that are shown, by data set and key."""
    inputs: dict[str, dict[str, str]] = {}
    for detail, part in zip(details, parts, strict=True):
        shown = gallery.keys_of(part.cells, part.partners)
        inputs.setdefault(detail["dataset"], {}).update(
            {key: text for key, text in detail["inputs"].items() if key in shown}
        )
    return inputs


def _names(cells: Sequence[Sequence[Any]], detectors: Sequence[Sequence[Any]]) -> list[str]:
    """Return the names for which the page needs words."""
    names = {str(name) for row in cells for name in row[:6]}
    return sorted(names | {str(name) for row in detectors for name in row[:5]})


def _plain(value: Any) -> Any:
    """Return a value with None in place of NaN and infinity, which JSON lacks."""
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return value


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

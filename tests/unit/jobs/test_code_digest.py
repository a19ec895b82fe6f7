"""The code listed for a job is the code that the job imports."""

import ast
import hashlib
import json
import re
import shutil
from pathlib import Path

import pytest

from quantshift.core import members
from quantshift.jobs import code_digest
from quantshift.jobs.syntax import canonical

SCRIPTS = Path(__file__).parents[3] / "workflow/scripts"

MODALITIES = ["data/modalities/image", "data/modalities/text"]
# Members that each script loads by name for typical arguments of its rule; scripts that are not listed load none.
MEMBERS = {
    "dataset": ["datasets/mnist", "datasets/imdb", *MODALITIES],
    "detect": ["detectors/energy"],
    "details": ["detectors/energy", "report/modalities/image", "report/modalities/text"],
    "fetch": ["fetching/artifacts/mnist"],
    "figure": ["figures/published"],
    "given_corruption": ["shifts/image_corruptions/fog", "shifts/feature_corruptions/noise"],
    "graph": ["architectures/lenet5", "datasets/mnist.toml"],
    "quantize": ["quantizers/schemes/static"],
    "retrain": ["architectures/lenet5", "training/methods/qat", "datasets/mnist.toml"],
    "shift": ["shifts/mnist_c/fog", "shifts/customer_reviews/cr", *MODALITIES],
    "train": ["architectures/lenet5", "training/methods/qat", "datasets/mnist.toml"],
}
# Modules that jobs import inside functions, when they are needed.
LATE = {"export": ["export.folding"]}
# Parts of the package and libraries that a script must not depend on.
FOREIGN = {
    "compare": [
        "training",
        "quantizers",
        "export",
        "figures",
        "shifts",
        "runtime/network.py",
        "aggregation",
        "torch",
    ],
    "compare_retraining": [
        "training",
        "quantizers",
        "export",
        "figures",
        "shifts",
        "runtime/network.py",
        "torch",
        "pandas",
    ],
    "dataset": ["training", "quantizers", "metrics", "analysis", "figures", "torch", "onnx", "matplotlib"],
    "detect": [
        "training",
        "quantizers",
        "export",
        "figures",
        "shifts",
        "runtime/network.py",
        "aggregation",
        "pandas",
    ],
    "details": [
        "training",
        "quantizers",
        "export",
        "figures",
        "shifts",
        "runtime/network.py",
        "aggregation",
        "study.py",
    ],
    "detectors_table": [
        "training",
        "quantizers",
        "metrics",
        "detectors",
        "runtime/network.py",
        "figures",
        "torch",
        "onnx",
    ],
    "decision": ["training", "quantizers", "metrics", "runtime/network.py", "figures", "report", "torch", "onnx"],
    "evaluate": ["training", "metrics", "analysis", "figures", "quantizers", "shifts", "torch", "pandas"],
    "evaluation_table": ["training", "quantizers", "metrics", "runtime/network.py", "figures", "torch", "onnx"],
    "export": ["quantizers", "metrics", "analysis", "figures", "training", "architectures", "shifts", "torch"],
    "fetch": ["training", "quantizers", "metrics", "analysis", "figures", "shifts", "torch", "onnx"],
    "figure": ["training", "quantizers", "metrics", "runtime/network.py", "shifts", "torch", "onnx"],
    "findings_table": ["training", "quantizers", "metrics", "runtime/network.py", "figures", "torch", "onnx"],
    "given_corruption": ["training", "quantizers", "metrics", "analysis", "figures", "models", "runtime", "torch"],
    "given_data": ["training", "quantizers", "metrics", "analysis", "figures", "models", "runtime", "torch", "onnx"],
    "given_model": ["training", "quantizers", "metrics", "analysis", "figures", "shifts", "torch", "pandas"],
    "given_record": ["training", "quantizers", "metrics", "analysis", "figures", "shifts", "torch", "pandas"],
    "given_shift": ["training", "quantizers", "metrics", "analysis", "figures", "models", "runtime", "torch", "onnx"],
    "graph": ["training", "quantizers", "metrics", "analysis", "figures", "shifts", "pandas"],
    "inspect": ["training", "metrics", "analysis", "figures", "shifts", "torch", "pandas"],
    "published_comparison_table": ["training", "quantizers", "metrics", "runtime/network.py", "figures", "torch"],
    "quantize": ["training", "metrics", "analysis", "figures", "shifts", "torch", "pandas"],
    "report_page": [
        "training",
        "quantizers",
        "export",
        "figures",
        "runtime/network.py",
        "aggregation",
        "study.py",
        "torch",
    ],
    "retrain": ["quantizers", "figures", "shifts", "export", "runtime/network.py", "onnx", "pandas"],
    "retraining_table": ["training", "quantizers", "metrics", "runtime/network.py", "figures", "torch", "onnx"],
    "run_record": ["training", "quantizers", "metrics", "analysis", "figures", "torch"],
    "shift": ["training", "quantizers", "metrics", "analysis", "figures", "torch", "onnx", "pandas"],
    "train": ["quantizers", "metrics", "analysis", "figures", "shifts", "export", "onnx", "pandas"],
    "truth": ["training", "quantizers", "metrics", "analysis", "figures", "shifts", "datasets", "torch", "onnx"],
    "variants_table": ["training", "quantizers", "metrics", "runtime/network.py", "figures", "torch", "onnx"],
}
FOREIGN["given_variant"] = FOREIGN["given_model"]
LIBRARIES = {
    "evaluate": {"numpy", "onnxruntime"},
    "quantize": {"numpy", "onnx", "onnxruntime"},
    "train": {"numpy", "torch"},
    "export": {"numpy", "onnx", "onnxruntime", "onnxscript"},
    "figure": {"numpy", "pandas", "matplotlib"},
    "evaluation_table": {"pandas"},
}


def listed(script, loaded=None):
    """Return the entries of a script's code: digest or version by file or library."""
    entries = code_digest.code(SCRIPTS / f"{script}.py", MEMBERS.get(script, ()) if loaded is None else loaded)
    return dict(entry.rsplit(" ", 1) for entry in entries)


def modules(script):
    """Return the members of a script that it imports; the others are the facts about data sets."""
    return [member for member in MEMBERS.get(script, ()) if not member.endswith(".toml")]


def is_file(entry):
    """Return whether an entry is that of a file, not that of a library."""
    return entry.split(" ")[0].endswith((".py", ".toml"))


def names():
    return sorted(file.stem for file in SCRIPTS.glob("*.py"))


@pytest.fixture(scope="module")
def imported(python):
    """The package files and libraries that each script really imports, measured in one process per script."""
    program = """
import json, os, sys
from pathlib import Path

statements, libraries = json.loads(PLAN)
imported = {}
for script, lines in statements.items():
    reading, writing = os.pipe()
    if os.fork() == 0:
        exec(lines)
        folder = Path(sys.modules["quantshift"].__file__).parent
        modules = list(sys.modules.items())
        inside = [m.__file__ for name, m in modules if name.startswith("quantshift.") and getattr(m, "__file__", None)]
        inside = [Path(file).relative_to(folder).as_posix() for file in inside]
        os.write(writing, json.dumps([inside, [name for name, _ in modules if name in libraries]]).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        imported[script] = json.loads(pipe.read())
    os.wait()
print(json.dumps(imported))
"""
    statements = {}
    for script in names():
        tree = ast.parse((SCRIPTS / f"{script}.py").read_text(encoding="utf-8"))
        lines = [ast.unparse(node) for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
        lines += [f"import quantshift.{member.replace('/', '.')}" for member in modules(script)]
        lines += [f"import quantshift.{module}" for module in LATE.get(script, ())]
        statements[script] = "\n".join(lines)
    plan = json.dumps([statements, list(code_digest.LIBRARIES)])
    return json.loads(python(f"PLAN = {plan!r}\n{program}").stdout)


@pytest.fixture
def copied(tmp_path):
    """An editable copy of the package and the scripts."""
    shutil.copytree(code_digest.PACKAGE, tmp_path / "src/quantshift", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(SCRIPTS, tmp_path / "workflow/scripts")
    return tmp_path


@pytest.fixture
def lists_of(python):
    """Return the lists of all scripts of a copy of the project."""

    def lists(folder):
        program = f"""
import json
from pathlib import Path
from quantshift.jobs import code_digest
code_digest.PACKAGE = Path("src/quantshift").resolve()
members = {MEMBERS!r}
scripts = sorted(Path("workflow/scripts").resolve().glob("*.py"))
print(json.dumps({{file.stem: code_digest.code(file, members.get(file.stem, ())) for file in scripts}}))
"""
        return json.loads(python(program, folder=folder).stdout)

    return lists


def edit(file, line):
    """Add a line at the end of a file."""
    with file.open("a", encoding="utf-8") as opened:
        opened.write(f"{line}\n")


@pytest.mark.parametrize("script", names())
def test_every_imported_file_is_listed(imported, script):
    files, libraries = imported[script]
    entries = listed(script)
    assert "storage/files.py" in files or "jobs/job.py" in files
    assert set(files) - set(entries) == set()
    # Libraries import further libraries, so the list may hold fewer, but every listed library is really imported.
    assert {name for name in entries if not is_file(name)} <= {code_digest.LIBRARIES[name] for name in libraries}


@pytest.mark.parametrize("script", names())
def test_no_code_of_another_stage_is_listed(script):
    entries = listed(script)
    for part in FOREIGN[script]:
        foreign = [name for name in entries if name == part or name.startswith(f"{part}/")]
        assert foreign == [], f"{script} imports {part}"


@pytest.mark.parametrize("script", names())
def test_the_members_of_each_script_cover_the_kinds_that_it_loads(script):
    """`MEMBERS` has exactly the kinds of members that a script loads by `members` and whose facts it looks up."""
    inside = [name for name in listed(script) if name.endswith(".py") and name != f"{script}.py"]
    files = [SCRIPTS / f"{script}.py", *(code_digest.PACKAGE / name for name in inside)]
    kinds = set()
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("members.load", "members.constants"):
                kinds.add(re.match(r"f?'(\w+)", ast.unparse(node.args[0])).group(1))
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "facts_of":
                kinds.add("facts")
    expected = {"facts" if member.endswith(".toml") else member.split("/")[0] for member in MEMBERS.get(script, ())}
    # The facts about a data set are listed with its reader.
    assert kinds - {"facts"} == expected - {"facts"}
    assert ("facts" in kinds) == any(name.endswith(".toml") for name in listed(script))


@pytest.mark.parametrize(("script", "libraries"), LIBRARIES.items())
def test_the_versions_of_libraries_are_listed(script, libraries):
    entries = listed(script)
    assert libraries <= set(entries)
    for library in libraries:
        assert entries[library] == code_digest.metadata.version(library).partition("+")[0]
        assert "+" not in entries[library]


def test_an_entry_is_the_digest_of_the_files_canonical_form():
    tree = ast.parse((code_digest.PACKAGE / "runtime/network.py").read_bytes())
    digest = hashlib.sha256(canonical(tree).encode()).hexdigest()
    assert digest.startswith(listed("evaluate")["runtime/network.py"])
    assert len(listed("evaluate")["runtime/network.py"]) == 12


def test_the_list_is_sorted_and_stable():
    script = SCRIPTS / "train.py"
    loaded = MEMBERS["train"]
    once, again = code_digest.code(script, loaded), code_digest.code(script, reversed(loaded))
    assert once == again
    files = [entry for entry in once if is_file(entry)]
    assert files == sorted(files)
    assert once == files + sorted(entry for entry in once if not is_file(entry))
    assert len(set(once)) == len(once)


def test_a_member_adds_only_its_own_code():
    plain = listed("quantize", ["quantizers/schemes/float16"])
    static = listed("quantize", ["quantizers/schemes/static"])
    assert "quantizers/schemes/static.py" not in plain
    assert "quantizers/schemes/float16.py" not in static
    assert "quantizers/calibration.py" in static
    assert "quantizers/calibration.py" not in plain
    assert "onnxconverter-common" in plain
    assert "onnxconverter-common" not in static


@pytest.mark.parametrize(
    ("edited", "scripts"),
    [
        ("metrics/kl_divergence.py", {"compare"}),
        ("plotting/words.py", {"figure", "report_page"}),
        ("quantizers/schemes/static.py", {"quantize"}),
        ("training/methods/qat.py", {"retrain", "train"}),
        ("seeds.py", None),
        ("jobs/job.py", set(names())),
    ],
)
def test_an_edited_file_changes_only_its_entry_in_the_lists_that_have_it(copied, lists_of, edited, scripts):
    before = lists_of(copied)
    edit(copied / "src/quantshift" / edited, "EDITED = True")
    after = lists_of(copied)
    assert before == {
        script: list(code_digest.code(SCRIPTS / f"{script}.py", MEMBERS.get(script, ()))) for script in names()
    }
    touched = {script for script in before if before[script] != after[script]}
    assert touched == ({s for s in names() if edited in listed(s)} if scripts is None else scripts)
    for script in touched:
        changed = {entry.split(" ")[0] for entry in set(before[script]) ^ set(after[script])}
        assert changed == {edited}


def test_comments_and_layout_change_no_list(copied, lists_of):
    before = lists_of(copied)
    for file in (*(copied / "src").rglob("*.py"), *(copied / "workflow/scripts").glob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        # `unparse` drops all comments and changes line breaks and brackets.
        file.write_text(f'"""Another docstring."""\n# edited\n{ast.unparse(tree)}\n', encoding="utf-8")
    assert lists_of(copied) == before


@pytest.mark.parametrize("script", ["graph", "retrain", "train"])
def test_trainings_depend_on_the_facts_and_not_on_the_reader(script):
    assert [name for name in listed(script) if name.startswith("datasets/")] == ["datasets/mnist.toml"]


def test_splits_depend_on_the_reader_and_on_the_facts():
    entries = listed("dataset", ["datasets/mnist", "data/modalities/image"])
    assert {name for name in entries if name.startswith("datasets/")} == {
        *("datasets/__init__.py", "datasets/mnist.py", "datasets/mnist.toml")
    }


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        ("artifact", "# as published\nartifact", set()),
        ("60_000", "60000", set()),
        ("artifact", 'label = "Digits"\nartifact', set()),
        ("60_000", "60_001", {"dataset", "graph", "retrain", "train"}),
        ("classes = 10", "classes = 11", {"dataset", "graph", "retrain", "train"}),
    ],
)
def test_facts_count_by_their_values(copied, lists_of, old, new, changed):
    before = lists_of(copied)
    file = copied / "src/quantshift/datasets/mnist.toml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    after = lists_of(copied)
    assert {script for script in before if before[script] != after[script]} == changed
    for script in changed:
        assert {entry.split(" ")[0] for entry in set(before[script]) ^ set(after[script])} == {"datasets/mnist.toml"}


def test_a_script_is_in_its_own_list_and_in_no_other():
    # The profiles disable Snakemake's own trigger, which compares timestamps.
    entry_of = {script: f"{script}.py {code_digest.source(SCRIPTS / f'{script}.py').digest}" for script in names()}
    for script in names():
        entries = code_digest.code(SCRIPTS / f"{script}.py", MEMBERS.get(script, ()))
        assert set(entry_of.values()) & set(entries) == {entry_of[script]}


def test_members_of_all_kinds_can_be_listed():
    for folder, script in (("shifts/mnist_c", "shift"), ("shifts/digits", "shift"), ("shifts/archives", "shift")):
        for name in members.names(folder):
            assert f"{folder}/{name}.py" in listed(script, [f"{folder}/{name}"])


def test_a_users_own_member_is_listed_with_what_it_imports(tmp_path, monkeypatch):
    file = tmp_path / "architectures/my_net.py"
    file.parent.mkdir()
    file.write_text("import torchvision\nfrom quantshift.models import recurrent\n", encoding="utf-8")
    monkeypatch.setenv(members.VARIABLE, str(tmp_path))
    entries = listed("graph", ["architectures/my_net"])
    assert entries["architectures/my_net.py"] == code_digest.source(file).digest
    assert {"models/recurrent.py", "torchvision"} <= set(entries)


def test_the_facts_about_a_users_own_data_set_are_listed(tmp_path, monkeypatch):
    """A reader that calls another one depends on the facts about both."""
    (tmp_path / "datasets").mkdir()
    (tmp_path / "datasets/half.py").write_text("from quantshift.datasets import mnist\n", encoding="utf-8")
    (tmp_path / "datasets/half.toml").write_text("classes = 10\n", encoding="utf-8")
    monkeypatch.setenv(members.VARIABLE, str(tmp_path))
    read = listed("dataset", ["datasets/half"])
    assert {"datasets/half.py", "datasets/half.toml", "datasets/mnist.py", "datasets/mnist.toml"} <= set(read)
    trained = listed("graph", ["architectures/lenet5", "datasets/half.toml"])
    assert [name for name in trained if name.startswith("datasets/")] == ["datasets/half.toml"]
    assert trained["datasets/half.toml"] == read["datasets/half.toml"]

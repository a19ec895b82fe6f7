"""Every wrong config ends in lines that name the file, the key, the value and what was expected."""

import copy
import json
import os
import re

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from snakemake.common.configfile import load_configfile
from snakemake.utils import update_config
from tests.wrong_configs import EXAMPLE, kinds, properties, wrong_configs

from quantshift.configuration.check import check
from quantshift.configuration.early import command_line_mistakes
from quantshift.configuration.reading import read
from quantshift.configuration.sources import read_sources
from quantshift.core import members
from quantshift.core.errors import QuantshiftError

ADVICE = re.compile(
    r"expected|known: |did you mean|lacks|twice|choose another|is missing|are not|"
    r"write |remove |not YAML|keep one|needs |reserves "
)


@pytest.fixture(scope="module")
def schema(root):
    return json.loads((root / "workflow/schemas/config.schema.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def default(root):
    return read_sources([root / "config/config.yaml"], {}, root)[0]


@pytest.fixture
def mistakes(root, default, tmp_path):
    """Return a function that reports the mistakes in a user's file, which overrides the default config."""

    def check_file(content, name="my.yaml", options=None, base=None):
        file = tmp_path / name
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        try:
            sources = [default, *read_sources([file], options or {}, root)]
            config = copy.deepcopy({**default.values, **(base or {})})
            for source in sources[1:]:
                update_config(config, source.values)
            check(config, fetching=True, sources=sources)
        except QuantshiftError as error:
            return str(error).split("\n")
        return []

    return check_file


def test_each_generated_config_is_reported(mistakes, schema, default_config, tmp_path):
    cases = list(wrong_configs(schema, default_config | EXAMPLE))
    assert len({case.text for case in cases}) >= 500
    for case in cases:
        lines = mistakes(case.text, base=EXAMPLE)
        assert lines, case
        for line in lines:
            assert line.isprintable(), (case, line)
            assert str(tmp_path / "my.yaml") in line, (case, line)
            assert ADVICE.search(line), (case, line)
            assert len(line) < 1200, (case, line)
        assert any(case.key in line and case.value in line for line in lines), (case, lines)


FILES = [
    (
        "study: {seeds: [0]}\nstudy: {seeds: [1]}",
        ", line 2: the key study occurs twice (first in line 1): keep one",
    ),
    ("study:\n  seeds: [0]\n  seeds: [1]", ", line 3: the key study.seeds occurs twice (first in line 2)"),
    ('{"study": 1, "study": 2}', ': the key "study" occurs twice in a mapping: keep one'),
    ("study: {seeds: [010]}", ", line 1: study.seeds[0] = 010: YAML reads it as 8 (octal); write that, or put it in"),
    ("study: {seeds: [08]}", "expected a whole number"),
    ("study: {seeds: [1:30]}", "study.seeds[0] = 1:30: YAML reads it as 90 (base 60)"),
    ("study: {seeds: [0x10]}", "study.seeds[0] = 0x10: YAML reads it as 16"),
    ("study: {seeds: [0b11]}", "study.seeds[0] = 0b11: YAML reads it as 3"),
    ("study: {seeds: [1_000]}", "study.seeds[0] = 1_000: YAML reads it as 1000"),
    ("study: {seeds: [0o10]}", 'study.seeds[0] = "0o10": expected a whole number'),
    (f"study: {{seeds: [{'9' * 5000}]}}", "expected a number of at most 400 digits"),
    ("export: {parity_tolerance: 1:30.5}", "export.parity_tolerance = 1:30.5: YAML reads it as 90.5"),
    ("study: {note: off}", "study.note = off: YAML reads it as false"),
    ("study: {note: Yes}", "study.note = Yes: YAML reads it as true"),
    ("study: {note: 2020-01-01}", "study.note = 2020-01-01: YAML reads it as a date; put it in quotes"),
    ("study: {note: =}", "study.note = =: YAML reads it as a YAML operator"),
    ("study: {note: <<}", "study.note = <<: YAML reads it as a YAML operator"),
    ("study: {note: !!binary aGVsbG8=}", 'study.note has the tag "tag:yaml.org,2002:binary": expected values without'),
    ("study: !!python/object/apply:os.getcwd []", "study has the tag"),
    ("study: !own 1", 'study has the tag "!own"'),
    ("study: &a\n  x: *a", ", line 2: study.x: *a refers to a value that contains it"),
    ("study: {seeds: &a [*a]}", "study.seeds[0]: *a refers to a value that contains it"),
    ("study: *a", ", line 1: study: *a has no anchor &a before it"),
    ("study: {<<: 1}", 'study."<<": expected an alias of a mapping'),
    ("a: &a [x, x]\n" + "b: &b [*a, *a, *a]\n" * 1 + f"c: [{', '.join(['*b'] * 4000)}]", "more than 20,000 values"),
    ("study: " + "[" * 3000 + "]" * 3000, ", line 1: study[0][0]… is nested more than 20 deep"),
    ('{"study": ' + "[" * 3000 + "]" * 3000 + "}", ": values nested more than 20 deep"),
    ('{"study": ' + "[" * 300000 + "]" * 300000 + "}", ": longer than 256 KiB"),
    ("study: " + "{a: " * 3000, "is nested more than 20 deep"),
    ("study: {seeds: [0", ", line 1: not YAML: while parsing a flow sequence, expected ',' or ']'"),
    ("study:\n\tseeds: [0]", ", line 2: not YAML: while scanning for the next token, found character '\\t'"),
    ("device: cpu\n---\ndevice: cuda", ", line 2: a second document begins: expected one"),
    ("- 1", ": a list or a single value: expected keys and values, such as device: cpu"),
    ("cpu", ": a list or a single value: expected keys and values"),
    ("", ": there are no values: expected keys and values"),
    ("# nothing yet", ": there are no values: expected keys and values"),
    ("null", ": there are no values: expected keys and values"),
    ("__use_yte__: true\nstudy: {note: '?1+1'}", ": __use_yte__: templates are not run; write out the values"),
    ("1: 2", ", line 1: the config has the key 1: expected a string; put it in quotes"),
    ("study: {null: 2}", ", line 1: study has the key null: expected a string"),
    ("study: {[a]: 2}", ", line 1: study has a key that is a list or a mapping: expected a string"),
    ("? {a: b}\n: 2", ", line 1: the config has a key that is a list or a mapping"),
    ("study: {note: caf\xe9}".encode("latin-1"), ", line 1: the byte 0xe9: expected UTF-8 text; save the file in"),
    ("device: cpu".encode("utf-16"), ": text in UTF-16: expected UTF-8 text; save the file in that encoding"),
    ("device: cpu".encode("utf-16-be"), "is not allowed"),
    (bytes(range(256)), ", line 2: the byte 0x80: expected UTF-8 text"),
    ("device: cpu\nstudy: {note: 'a\x07b'}", ', line 2: the character "\\u0007" is not allowed'),
    ('study: {note: "a\\ud800b"}', ': study.note = "a\\ud800b": expected a string without halves of surrogate pairs'),
    (
        '{"study": {"note": "a\\ud800b"}}',
        ': study.note = "a\\ud800b": expected a string without halves of surrogate pairs',
    ),
    ('study: {note: "a\\0b"}', ': study.note = "a\\u0000b": expected a string without control characters'),
    ('{"export": {"parity_tolerance": NaN}}', ": export.parity_tolerance = nan: expected a finite number"),
    (
        'data_directory: "~nosuchuser/data"',
        ': data_directory = "~nosuchuser/data": there is no home folder of ~nosuchuser; write',
    ),
    ('data_directory: "a\\nb"', ': data_directory = "a\\nb": expected a single line of text'),
    (f"data_directory: {'a' * 300}", "no such folder"),
    ('quantizers: {"a1\\n": {scheme: float16}}', ': quantizers has the name "a1\\n": expected lower-case letters'),
    (f"quantizers: {{{'abcdefghij' * 25}: {{scheme: float16}}}}", "… of 250 characters: expected at most 64"),
    (
        f"quantizers: {{{'a' * 20}: {{scheme: float16}}}}",
        "the name ends in 20 equal parts, which the workflow mistakes for an",
    ),
    ("quantizers: {con: {scheme: float16}}", ": quantizers.con: con is a device name on Windows"),
    ("suites: {lpt1: {collection: mnist_c, shifts: {}}}", ": suites.lpt1: lpt1 is a device name on Windows"),
    ("inference: {threads: 100000}", ": inference.threads = 100000: expected at most 512"),
    ("study: {seeds: [11111111111111111111111111]}", "study.seeds[0] = 11111111111111111111111111: expected at most"),
    ("study: {seeds: [2147483648]}", ": study.seeds[0] = 2147483648: expected at most 2147483647"),
]


@pytest.mark.parametrize(("content", "line"), FILES, ids=[str(number) for number in range(len(FILES))])
def test_a_damaged_file_is_reported_in_one_line(mistakes, tmp_path, content, line):
    lines = mistakes(content)
    assert len(lines) == 1
    assert lines[0].startswith(str(tmp_path / "my.yaml"))
    assert line in lines[0]
    assert lines[0].isprintable()
    # Mistakes that make Snakemake fail are reported before it reads the file.
    file = tmp_path / "my.yaml"
    early = list(command_line_mistakes(["-n", "--configfile", str(file), "--cores", "1"]))
    assert early == lines or (early == [] and isinstance(load_configfile(file), dict))


@pytest.mark.parametrize("kind", ["missing", "folder", "pipe", "null byte", "long name"])
def test_a_path_that_is_not_a_readable_file_is_reported(tmp_path, kind):
    file = tmp_path / {"null byte": "a\0b", "long name": "a" * 300}.get(kind, "my.yaml")
    if kind == "folder":
        file.mkdir()
    if kind == "pipe":
        os.mkfifo(file)
    with pytest.raises(QuantshiftError, match=r"my\.yaml: .*expected a") as raised:
        read(file, "my.yaml")
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    "text",
    [
        "a: &x {b: 1, c: [1, 2.5, .5, 1., -3, +4, 1.0e-3, .inf, ~, null, '', True]}\nd: {<<: *x, b: 2}\ne: *x",
        "a: [&x {b: 1}, &y {b: 2, c: 3}]\nd: {<<: [*x, *y], e: 4}",
        '{"a": [1, 2.0, true, null, "\\u00e9", 1e3]}',
        "\ufeffa: é\r\nb: |\r\n  two\r\n  lines\r\n",
        'a: "\\ud83d\\ude00 is not text"\nb: 1e-3',
        "%YAML 1.2\n---\na: yes it is\n...\n",
    ],
)
def test_a_file_is_read_as_snakemake_reads_it(tmp_path, text):
    file = tmp_path / "my.yaml"
    file.write_text(text, encoding="utf-8", newline="")
    assert read(file, "my.yaml") == load_configfile(file)


def test_the_shipped_configs_are_read_as_snakemake_reads_them(root):
    for file in (root / "config").glob("*.yaml"):
        assert read(file, file.name) == load_configfile(file)


PLAIN = st.text("0123456789_:.eExob+-~<=yesnoaftruNI", min_size=1, max_size=8)


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=PLAIN)
def test_a_plain_scalar_is_read_as_snakemake_reads_it_or_is_rejected(tmp_path, text):
    file = tmp_path / "my.yaml"
    file.write_text(f"a: {text}\n", encoding="utf-8")
    lines = list(command_line_mistakes(["--configfile", str(file)]))
    if lines:
        assert re.match(r"/.*my\.yaml(, line \d+)?: \S.*\Z", *lines)
    else:
        assert repr(read(file, "my.yaml")) == repr(dict(load_configfile(file)))


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.one_of(st.binary(max_size=200), st.text("a:-[]{}&*!|>'\"#%?,\n \t1", max_size=60).map(str.encode)))
def test_any_bytes_are_read_or_reported_in_one_line(mistakes, content):
    for line in mistakes(content):
        assert line.isprintable()
        assert "my.yaml" in line


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(["mnist", "qat"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_value_at_any_key_is_accepted_or_reported(mistakes, root, schema, data):
    names = {"*": "mnist"}
    path = data.draw(st.sampled_from([path for path, _ in properties(schema)]))
    value = data.draw(VALUES)
    for part in reversed(path):
        value = {names.get(part, part): value}
    for line in mistakes(json.dumps(value)):
        assert line.isprintable()
        assert "my.yaml" in line


def test_a_line_names_the_file_that_sets_the_key(root, mistakes, tmp_path):
    mine = str(tmp_path / "my.yaml")
    assert mistakes("device: gpu")[0].startswith(f"{mine}: device = ")
    assert mistakes("device: cpu", options={"device": "gpu"})[0].startswith("--config: device = ")
    # A key that only the default config sets, and that this config contradicts.
    (line,) = mistakes("study: {methods: [qat, mixup]}")
    assert line.startswith(f"config/config.yaml with {mine}: retraining.methods has ")


def test_the_number_of_reported_mistakes_is_limited(mistakes):
    lines = mistakes("\n".join(f"key_{number}: 1" for number in range(1000)))
    assert len(lines) == 21
    assert lines[-1].endswith("there are more mistakes than these 20")


def test_long_lists_of_mixed_entries_are_checked_quickly(mistakes):
    (line, *_) = mistakes("study: {seeds: [" + ", ".join(f"{number}, a{number}" for number in range(8000)) + "]}")
    assert "study.seeds" in line


@pytest.mark.parametrize(
    ("entries", "line"),
    [
        (["a.b=c"], '--config "a.b=c": expected key=value with a top-level key, such as device=cpu'),
        (["nonsense"], '--config "nonsense": expected key=value'),
        (["x=1"], '--config "x=1": expected key=value'),
        (["device=cpu", "device=cuda"], '--config "device=cuda": device occurs twice; keep one'),
        (["study={a: 1, a: 2}"], '--config "study={a: 1, a: 2}": the key a occurs twice'),
        ([f"study={'[' * 3000}{']' * 3000}"], "is nested more than 20 deep"),
        (["study=&a [*a]"], '--config "study=&a [*a]": [0]: *a refers to'),
        (["device=cpu"], None),
        (["device="], None),
        (["study={note: 'a, b: c'}", "device=cpu"], None),
        (["data_directory=a: b: c"], None),
        (["device=010"], None),
    ],
)
def test_values_of_the_command_line_are_checked(entries, line):
    lines = list(command_line_mistakes(["--cores", "1", "--config", *entries, "--", "results/report.html"]))
    assert (lines == []) if line is None else (len(lines) == 1 and line in lines[0])


def numbers(part):
    """Yield each schema of a number within a schema."""
    if isinstance(part, dict):
        if {"integer", "number"} & kinds(part):
            yield part
        for value in part.values():
            yield from numbers(value)
    elif isinstance(part, list):
        for value in part:
            yield from numbers(value)


PARTS = sorted(file.parent.name for file in (members.PACKAGE / "training/modalities").glob("*/__init__.py"))
# Folders of members that define settings or options.
FOLDERS = (
    "training/methods",
    *(f"training/modalities/{name}" for name in PARTS),
    "quantizers/schemes",
    "architectures",
)


def test_every_number_has_bounds(schema):
    options = [
        members.constants(f"{folder}/{name}").get(constant, {})
        for folder in FOLDERS
        for name in members.names(folder)
        for constant in ("SETTINGS", "OPTIONS")
    ]
    schemas = [*numbers(schema), *(number for option in options for number in numbers(option))]
    assert len(schemas) > 30
    for definition in schemas:
        assert "maximum" in definition, definition
        assert "minimum" in definition or "exclusiveMinimum" in definition, definition


def test_every_list_and_name_has_a_bound(schema):
    lists = [definition for _, definition in properties(schema) if "items" in definition]
    assert len(lists) > 10
    for definition in lists:
        entries = definition["items"]
        assert "enum" in entries or "maxItems" in definition, definition
        assert "enum" in entries or entries["type"] in ("integer", "number") or entries["maxLength"] <= 1024, definition


def test_profiles_check_the_config_files_first(root):
    for file in (root / "profiles").glob("*/config.yaml"):
        profile = yaml.safe_load(file.read_text(encoding="utf-8"))
        assert profile["__use_yte__"] is True
        assert profile["__definitions__"][-1] == "early.check()"

"""A wrong config stops before any job, with one line for its author."""

import pytest


@pytest.mark.parametrize(
    ("config", "told"),
    [
        ("study: {method: [standard]}", "study.method = [\"standard\"]: unknown key; did you mean 'methods'?"),
        ("training: {mnist: {standard: {epochs: many}}}", 'training.mnist.standard.epochs = "many": expected a whole'),
        ("training: {mnist: {standard: {epochs: -1}}}", "training.mnist.standard.epochs = -1: expected at least 1"),
        ("datasets: {mnist: {architectures: [lenet6]}}", '"lenet6": unknown; did you mean \'lenet'),
        ("suites: {mnist_c: {shifts: {fog: [9]}}}", "suites.mnist_c.shifts.fog[0] = 9: expected at most 5"),
        ("quantizers: {own: {scheme: static, bits: 8}}", "quantizers.own.bits = 8: unknown key"),
    ],
)
def test_a_wrong_config_is_told_in_one_line(smoke, config, told):
    smoke.write("config/wrong.yaml", config)
    outcome = smoke.snakemake("--cores", "1", "--configfile", "config/wrong.yaml")
    assert outcome.code != 0
    assert told in outcome.output
    assert len([line for line in outcome.output.splitlines() if line.startswith("config:")]) == 1
    assert "rule " not in outcome.output
    assert "Traceback" not in outcome.output

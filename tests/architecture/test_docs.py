"""The documentation is complete: every setting, error code and command has its row, and no row is about nothing."""

import re
from pathlib import Path

import click
import pytest

from schema.cart_enums import CartErrorCode, CartNoticeCode
from server.cli import main
from server.faults import CODES
from server.settings import Settings

DOCS = Path(__file__).parents[2] / "docs"


def rows(page: str) -> list[str]:
    """The first cells of all tables of a page, without their backquotes."""
    text = (DOCS / page).read_text("utf-8")
    return re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE)


def commands(group: click.Group, path: str = "cartograph") -> list[str]:
    found = []
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            found += commands(command, f"{path} {name}")
        else:
            found.append(f"{path} {name}")
    return found


def test_every_setting_is_documented() -> None:
    """An operator finds each variable in one table."""
    assert sorted(rows("settings.md")) == sorted(name.upper() for name in Settings.model_fields)


def test_every_error_code_is_documented() -> None:
    """A client developer finds each code, and none that never comes."""
    expected = [code.name for code in CartErrorCode] + [code.name for code in CartNoticeCode] + list(CODES)

    assert sorted(rows("errors.md")) == sorted(expected)


def test_every_command_is_documented() -> None:
    """Each command has its row."""
    assert sorted(rows("commands.md")) == sorted(commands(main))


PAGES = [*sorted(DOCS.rglob("*.md")), DOCS.parent / "README.md", DOCS.parent / "CHANGELOG.md"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    """A reader never meets a dead link."""
    targets = re.findall(r"\]\((?!https?://|mailto:)([^)#\s]+)", page.read_text("utf-8"))
    missing = [target for target in targets if not (page.parent / target).exists()]

    assert missing == []

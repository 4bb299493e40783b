"""GraphiQL as a person uses it: tabs, the run button, and the result that is shown."""

import json
from typing import Any

from playwright.sync_api import Page, Response

_SHOWN = """() => {
  const model = globalThis.__MONACO.editor.getModels().find((one) => one.uri.path.endsWith("response.json"));
  return model.getValue();
}"""
_PROBLEMS = "() => globalThis.__MONACO.editor.getModelMarkers({}).map((marker) => marker.message)"
_TAB = ".graphiql-tab-button"


class Explorer:
    """The explorer, open in a page."""

    def __init__(self, page: Page, origin: str) -> None:
        self.page = page
        self._origin = origin

    def open(self) -> None:
        """Open the page and wait until the schema is there, since the editors complain of nothing before."""
        with self.page.expect_response(_is_introspection):
            self.page.goto(f"{self._origin}/graphql")
        self.wait_for_editors()

    def wait_for_editors(self) -> None:
        """Wait until the document and its variables are shown."""
        for part in (".graphiql-query-editor", ".graphiql-editor-tool", ".graphiql-response"):
            self.page.locator(f"{part} .monaco-editor").first.wait_for(state="attached")

    @property
    def tabs(self) -> list[str]:
        return self.page.locator(_TAB).all_inner_texts()

    def choose(self, title: str) -> None:
        self.page.locator(_TAB).get_by_text(title, exact=True).click()
        self.page.locator(".graphiql-tab-active").get_by_text(title, exact=True).wait_for()

    def run(self, title: str) -> dict[str, Any]:
        """Choose a tab, press its run button, and give the result as it is shown."""
        self.choose(title)
        self.page.locator(".graphiql-execute-button").click()
        self.page.wait_for_function(f"() => ({_SHOWN})() !== ''")
        shown = json.loads(self.page.evaluate(_SHOWN))
        assert isinstance(shown, dict)
        return shown

    def run_well(self, title: str) -> dict[str, Any]:
        """Run a tab that must succeed: no errors, and no business errors either. Gives the root field's value."""
        shown = self.run(title)
        assert "errors" not in shown, shown
        (value,) = shown["data"].values()
        assert isinstance(value, dict | list)
        if isinstance(value, dict):
            assert value.get("userErrors", []) == [], shown
            return value
        return {"items": value}

    @property
    def problems(self) -> list[str]:
        """What the editors underline."""
        found = self.page.evaluate(_PROBLEMS)
        assert isinstance(found, list)
        return found


def _is_introspection(response: Response) -> bool:
    return "__schema" in (response.request.post_data or "")

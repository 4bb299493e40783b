import { GraphiQL } from "graphiql";
import { parse } from "graphql";
import { createRoot } from "react-dom/client";

// The parts of graphiql/style.css but for Monaco's, which come with Monaco's own modules.
import "@graphiql/react/font/roboto.css";
import "@graphiql/react/font/fira-code.css";
import "@graphiql/react/style.css";
import "@graphiql/plugin-doc-explorer/style.css";
import "@graphiql/plugin-history/style.css";
import "graphiql/graphiql.css";
import "./explorer.css";
import "./workers.js";
import mark from "./favicon.svg";
import { createFetcher } from "./fetcher.js";
import { titleIn, tourTabs } from "./tour.js";

const FILES = import.meta.glob("./operations/*.graphql", { query: "?raw", import: "default", eager: true });
const DOCUMENTS = Object.fromEntries(
  Object.entries(FILES).map(([path, text]) => [path.slice("./operations/".length, -".graphql".length), text]),
);
const TABS = tourTabs(DOCUMENTS);

const fetcher = createFetcher({
  endpoint: "/graphql",
  storage: sessionStorage,
  send: (url, options) => fetch(url, options),
  titleOf: (operation) => titleIn(DOCUMENTS[operation] ?? "") ?? operation,
  namesIn,
});

function namesIn(document) {
  try {
    const { definitions } = parse(document);
    return definitions.filter(({ kind }) => kind === "OperationDefinition").map(({ name }) => name?.value);
  } catch {
    return null;
  }
}

/** GraphiQL opens the first of its default tabs without its variables unless they lie in its storage. */
function openTour() {
  localStorage.removeItem("graphiql:tabState");
  localStorage.removeItem("graphiql:headers");
  localStorage.setItem("graphiql:query", TABS[0]?.query ?? "");
  localStorage.setItem("graphiql:variables", TABS[0]?.variables ?? "");
}

function restartTour() {
  openTour();
  location.reload();
}

function Explorer() {
  return (
    <GraphiQL fetcher={fetcher} defaultTabs={TABS} defaultEditorToolsVisibility="variables" maxHistoryLength={50}>
      <GraphiQL.Logo>
        <div className="cartograph-corner">
          <button type="button" className="cartograph-tour" title="Reset tabs to the shopping tour" onClick={restartTour}>
            Shopping tour
          </button>
          <a className="cartograph-home" href="/" title="Cartograph: start page" aria-label="Cartograph: start page">
            <img src={mark} alt="" width="30" height="30" />
          </a>
        </div>
      </GraphiQL.Logo>
    </GraphiQL>
  );
}

if (localStorage.getItem("graphiql:tabState") === null) openTour();
createRoot(document.getElementById("explorer")).render(<Explorer />);

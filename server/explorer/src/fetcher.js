// Sends what a tab holds to the server and remembers the ids of the answer for the tabs after it.
import { fill, learn } from "./memory.js";

const MEMORY_KEY = "cartograph:tour";

/**
 * @typedef {object} Surroundings
 * @property {string} endpoint
 * @property {Storage} storage where the memory outlives a reload
 * @property {typeof fetch} send
 * @property {(operation: string) => string} titleOf title of the tab that holds an operation of the tour
 * @property {(document: string) => (string | undefined)[] | null} namesIn the operations of a document; null where it
 *   cannot be parsed
 */

/**
 * @param {Surroundings} surroundings
 * @returns a fetcher as GraphiQL wants it
 */
export function createFetcher({ endpoint, storage, send, titleOf, namesIn }) {
  return async function fetcher({ query, operationName, variables }, { headers } = {}) {
    const filled = fill(variables, read(storage));
    if (filled.missing.length > 0) return notSent(filled.missing, titleOf);

    const response = await send(endpoint, {
      method: "POST",
      credentials: "same-origin",
      headers: {
        Accept: "application/graphql-response+json, application/json",
        "Content-Type": "application/json",
        ...headers,
      },
      body: JSON.stringify({
        query,
        operationName: currentName(operationName, namesIn(query)),
        variables: filled.variables,
      }),
    });
    const result = await readResult(response);
    storage.setItem(MEMORY_KEY, JSON.stringify(learn(read(storage), result.data)));
    return result;
  };
}

/**
 * GraphiQL learns the name of a tab's operation some time after the tab was chosen. Who runs it at once would send the
 * name of the tab before, so a name that the document does not hold gives way to the only one that it does.
 */
function currentName(name, names) {
  if (names === null || names.includes(name)) return name;
  return names.length === 1 ? names[0] : undefined;
}

/** A result made in the browser, in the shape of a server's, that says which tab brings what is missing. */
function notSent(missing, titleOf) {
  const errors = missing.map(({ placeholder, what, operation }) => ({
    message: `Not sent: ${placeholder} stands for ${what}, and no answer has brought one yet. Run ${titleOf(operation)} first.`,
    extensions: { code: "PLACEHOLDER_EMPTY", madeBy: "the explorer, in this browser" },
  }));
  return { errors };
}

async function readResult(response) {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`The server answered with status ${response.status} and no JSON: ${text.slice(0, 200) || "nothing"}`);
  }
}

function read(storage) {
  try {
    return JSON.parse(storage.getItem(MEMORY_KEY)) ?? {};
  } catch {
    return {};
  }
}

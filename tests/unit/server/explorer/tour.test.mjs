// Run by test_tour.py with Node's own test runner.
import assert from "node:assert/strict";
import { test } from "node:test";

import { createFetcher } from "../../../../server/explorer/src/fetcher.js";
import { fill, learn } from "../../../../server/explorer/src/memory.js";
import { titleIn, tourTabs } from "../../../../server/explorer/src/tour.js";

const connection = (...nodes) => ({ edges: nodes.map((node) => ({ node })) });
const offers = connection({ id: "own", isFeatured: true }, { id: "other", isFeatured: false });
const cart = { id: "c", lines: connection({ id: "L1" }, { id: "L2" }), savedForLater: connection({ id: "S1" }) };

class FakeStorage {
  items = {};
  getItem(key) {
    return this.items[key] ?? null;
  }
  setItem(key, value) {
    this.items[key] = value;
  }
}

/** A server that answers the same each time, and the requests it got. */
function server(body, { status = 200 } = {}) {
  const requests = [];
  const send = async (url, options) => {
    requests.push({ url, ...options, body: JSON.parse(options.body) });
    return { status, text: async () => body };
  };
  return { send, requests };
}

const fetcherOf = (storage, send, names = null) =>
  createFetcher({
    endpoint: "/graphql",
    storage,
    send,
    titleOf: (operation) => `the tab ${operation}`,
    namesIn: () => names,
  });

test("offers, lines and saved lines of answers fill the placeholders, wherever they stand", () => {
  const memory = learn(learn({}, { product: { id: "P", offers } }), { addItem: { cart } });

  const { variables, missing } = fill(
    { to: ["@product"], input: { item: { offerId: "@otherOffer" }, lineIds: ["@firstLine", "@secondLine"], back: "@firstSavedLine" } },
    memory,
  );

  assert.deepEqual(missing, []);
  assert.deepEqual(variables, {
    to: ["P"],
    input: { item: { offerId: "other" }, lineIds: ["L1", "L2"], back: "S1" },
  });
});

test("a placeholder without an answer is named with the operation that brings it", () => {
  const { missing } = fill({ input: { lineId: "@secondLine", quantity: 1 } }, learn({}, { cart: { lines: connection({ id: "L1" }) } }));

  assert.deepEqual(missing, [{ placeholder: "@secondLine", what: "a second line in the cart", operation: "addItem" }]);
});

test("a word that only looks like a placeholder is left alone", () => {
  assert.deepEqual(fill({ query: "@home", none: null, first: 5 }, {}), {
    variables: { query: "@home", none: null, first: 5 },
    missing: [],
  });
});

test("lines are forgotten when the cart is handed over or is not there", () => {
  const memory = learn({}, { cart });

  assert.deepEqual(learn(memory, { checkout: { cart, handover: { url: "u" } } }), { lineIds: [], savedLineIds: [] });
  assert.deepEqual(learn(memory, { cart: null }), { lineIds: [], savedLineIds: [] });
  assert.deepEqual(learn(memory, { checkout: { cart, handover: null } }), memory);
  assert.deepEqual(learn(memory, undefined), memory);
});

test("a request carries the filled variables, and its answer is remembered in the storage", async () => {
  const storage = new FakeStorage();
  const { send, requests } = server(JSON.stringify({ data: { createCart: { cart } } }));
  const fetcher = fetcherOf(storage, send);

  await fetcher({ query: "mutation A", operationName: "A", variables: {} }, { headers: { "X-Mine": "1" } });
  await fetcher({ query: "mutation B", operationName: "B", variables: { id: "@firstLine" } });

  assert.equal(requests.length, 2);
  assert.equal(requests[0].url, "/graphql");
  assert.equal(requests[0].credentials, "same-origin");
  assert.deepEqual(requests[0].headers, {
    Accept: "application/graphql-response+json, application/json",
    "Content-Type": "application/json",
    "X-Mine": "1",
  });
  assert.deepEqual(requests[1].body, { query: "mutation B", operationName: "B", variables: { id: "L1" } });
});

for (const [name, names, sent] of [
  ["Search", ["Product"], "Product"],
  ["Search", [undefined], undefined],
  ["Search", ["A", "B"], undefined],
  ["B", ["A", "B"], "B"],
  ["Broken", null, "Broken"],
]) {
  test(`the name ${name} of a document with ${names} is sent as ${sent}`, async () => {
    const { send, requests } = server("{}");

    await fetcherOf(new FakeStorage(), send, names)({ query: "q", operationName: name });

    assert.equal(requests[0].body.operationName, sent);
  });
}

test("nothing is sent while a placeholder is empty; the result says which tab to run", async () => {
  const { send, requests } = server("{}");

  const result = await fetcherOf(new FakeStorage(), send)({ query: "q", variables: { id: "@firstSavedLine" } });

  assert.deepEqual(requests, []);
  assert.equal(result.errors.length, 1);
  assert.match(result.errors[0].message, /^Not sent: @firstSavedLine .* Run the tab saveForLater first\.$/);
  assert.equal(result.errors[0].extensions.code, "PLACEHOLDER_EMPTY");
});

test("an answer that is not JSON is told with its status", async () => {
  const { send } = server("<h1>Bad gateway</h1>", { status: 502 });

  await assert.rejects(
    fetcherOf(new FakeStorage(), send)({ query: "q" }),
    /The server answered with status 502 and no JSON: <h1>Bad gateway<\/h1>/,
  );
});

test("a storage with something else in it counts as empty", async () => {
  const storage = new FakeStorage();
  storage.setItem("cartograph:tour", "not json");
  const { send } = server(JSON.stringify({ data: { cart } }));

  await fetcherOf(storage, send)({ query: "q" });

  assert.deepEqual(JSON.parse(storage.getItem("cartograph:tour")).lineIds, ["L1", "L2"]);
});

test("tabs keep the order of the sequence, and a document that is not there is left out", () => {
  const tabs = tourTabs({ checkout: "mutation Checkout { a }", search: "query Search { a }", other: "query Other { a }" });

  assert.deepEqual(tabs.map((tab) => titleIn(tab.query)), ["Search", "Checkout"]);
  assert.match(tabs[0].query, /^# 1 of 2\. Find something/);
  assert.ok(tabs.every((tab) => tab.query.split("\n").every((line) => line.length <= 52)));
  assert.deepEqual(JSON.parse(tabs[1].variables), { input: { pricePolicy: "ACCEPT_DROPS" } });
});

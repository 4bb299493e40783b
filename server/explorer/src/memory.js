// What the tour has seen so far, so that a tab can use ids that an earlier tab's answer brought.
//
// A tab's variables name such an id by a placeholder ("@firstLine"). Everything here is plain functions over values;
// fetcher.js keeps the memory and applies them.

/**
 * @typedef {{ productId?: string, offers?: { id: string, isFeatured: boolean }[], lineIds?: string[],
 *   savedLineIds?: string[] }} Memory
 * @typedef {{ placeholder: string, what: string, operation: string }} Missing
 */

/** Each placeholder: how to read it from memory, what it stands for, and the operation that brings it. */
const PLACEHOLDERS = {
  "@product": { read: (memory) => memory.productId, what: "a product", operation: "product" },
  "@otherOffer": {
    read: (memory) => memory.offers?.find((offer) => !offer.isFeatured)?.id,
    what: "another seller's offer",
    operation: "product",
  },
  "@firstLine": { read: (memory) => memory.lineIds?.[0], what: "a line in the cart", operation: "createCart" },
  "@secondLine": { read: (memory) => memory.lineIds?.[1], what: "a second line in the cart", operation: "addItem" },
  "@firstSavedLine": {
    read: (memory) => memory.savedLineIds?.[0],
    what: "a line saved for later",
    operation: "saveForLater",
  },
};

/**
 * The memory after an answer. Products with offers, carts and the end of a cart are found wherever they stand in it.
 * @param {Memory} memory
 * @param {unknown} data the `data` of an answer
 * @returns {Memory}
 */
export function learn(memory, data) {
  let learned = memory;
  for (const object of objectsIn(data)) {
    if (isConnection(object.offers) && object.id) learned = { ...learned, ...seenProduct(object) };
    if (isConnection(object.lines)) learned = { ...learned, ...seenCart(object) };
  }
  // A cart handed over is no longer the one that the next tab works on, nor is one that is not there.
  const isGone = objectsIn(data).some((object) => object.handover) || (isObject(data) && data.cart === null);
  return isGone ? { ...learned, lineIds: [], savedLineIds: [] } : learned;
}

/**
 * The variables with every placeholder replaced, and the placeholders that memory cannot fill yet.
 * @param {unknown} variables
 * @param {Memory} memory
 * @returns {{ variables: unknown, missing: Missing[] }}
 */
export function fill(variables, memory) {
  const missing = [];
  const filled = mapStrings(variables, (text) => {
    const placeholder = PLACEHOLDERS[text];
    if (!placeholder) return text;
    const value = placeholder.read(memory);
    if (value === undefined) missing.push({ placeholder: text, ...pickMissing(placeholder) });
    return value ?? text;
  });
  return { variables: filled, missing };
}

function pickMissing({ what, operation }) {
  return { what, operation };
}

function seenProduct(product) {
  const offers = nodesOf(product.offers).map(({ id, isFeatured }) => ({ id, isFeatured: Boolean(isFeatured) }));
  return { productId: product.id, offers };
}

function seenCart(cart) {
  const seen = { lineIds: nodesOf(cart.lines).map((line) => line.id) };
  if (isConnection(cart.savedForLater)) seen.savedLineIds = nodesOf(cart.savedForLater).map((line) => line.id);
  return seen;
}

function objectsIn(value) {
  if (Array.isArray(value)) return value.flatMap(objectsIn);
  return isObject(value) ? [value, ...Object.values(value).flatMap(objectsIn)] : [];
}

function mapStrings(value, change) {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, change));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapStrings(item, change)]));
}

function nodesOf(connection) {
  return connection.edges.map((edge) => edge?.node).filter((node) => node?.id);
}

function isConnection(value) {
  return isObject(value) && Array.isArray(value.edges);
}

function isObject(value) {
  return typeof value === "object" && value !== null;
}

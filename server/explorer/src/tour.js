// The shopping sequence as tabs that work when run from left to right.
//
// The documents are those of graphql/operations; the build lays them beside this file. One that is not there is left
// out. The sample catalog holds the products named here.

const HOBBIT = "0618260307";
const LORD_OF_THE_RINGS = "0395193958";
const RETURN_OF_THE_KING = "0345339738";
const PRIDE_AND_PREJUDICE = "0679783261";

const STOPS = [
  {
    operation: "search",
    comment: "Find something: words, a department, and facets to narrow it by.",
    variables: { query: "tolkien", filter: { searchIndex: "BOOKS" }, sort: "RELEVANCE", first: 5 },
  },
  {
    operation: "product",
    comment: "Compare: every seller's offer of one product.",
    variables: { by: { asin: HOBBIT } },
  },
  {
    operation: "similar",
    comment: "Look around: what goes with it. @product is the one you have just compared.",
    variables: { to: ["@product"], match: "ANY", first: 5 },
  },
  {
    operation: "createCart",
    comment: "Open a cart with its first item, bought from the featured seller by catalog number.",
    variables: { input: { items: [{ item: { asin: LORD_OF_THE_RINGS }, quantity: 1 }], replaceActive: false } },
  },
  {
    operation: "addItem",
    comment: "Add another seller's offer. @otherOffer is the first of the compared ones that is not featured.",
    variables: { input: { item: { offerId: "@otherOffer" }, quantity: 2 } },
  },
  { operation: "cart", comment: "Look at the cart: lines, totals, and whether it is ready for checkout." },
  {
    operation: "modifyItem",
    comment: "Change a quantity; 0 takes the line out.",
    variables: { input: { lineId: "@firstLine", quantity: 3 } },
  },
  {
    operation: "saveForLater",
    comment: "Put a line aside; it no longer counts in the subtotal.",
    variables: { input: { lineIds: ["@secondLine"] } },
  },
  {
    operation: "moveToCart",
    comment: "And take it back.",
    variables: { input: { lineIds: ["@firstSavedLine"] } },
  },
  {
    operation: "checkout",
    comment: "Hand over: open handover.url to see the cart arrive at the marketplace. This ends the cart.",
    variables: { input: { pricePolicy: "ACCEPT_DROPS" } },
  },
  {
    operation: "addItems",
    comment: "The next item opens a new cart; several go in with one call.",
    variables: {
      input: {
        items: [HOBBIT, RETURN_OF_THE_KING, PRIDE_AND_PREJUDICE].map((asin) => ({ item: { asin }, quantity: 1 })),
        atomic: false,
      },
    },
  },
  {
    operation: "clearCart",
    comment: "Empty it: saved lines go too, unless scope says otherwise.",
    variables: { input: { scope: "ALL_LINES" } },
  },
];

const HOW_TO =
  "Run the tabs from left to right (▶ or Ctrl-Enter). In the variables, @words stand for ids that fill themselves in " +
  "from the answers of the tabs before.";
// As much as the editor shows in a window 1280 pixels wide.
const COMMENT_WIDTH = 50;

/**
 * @param {Record<string, string>} documents document text by operation, such as "addItem"
 * @returns {{ query: string, variables: string }[]} tabs as GraphiQL takes them
 */
export function tourTabs(documents) {
  return STOPS.filter(({ operation }) => documents[operation]).map((stop, index, stops) => ({
    query: `${heading(stop, index + 1, stops.length)}\n\n${documents[stop.operation].trim()}\n`,
    variables: stop.variables ? JSON.stringify(stop.variables, null, 2) : "",
  }));
}

/** The title that GraphiQL gives the tab of an operation: the name in its document. */
export function titleIn(document) {
  return /^\s*(?:query|mutation)\s+(\w+)/m.exec(document)?.[1];
}

function heading({ comment }, number, count) {
  const texts = [`${number} of ${count}. ${comment}`, ...(number === 1 ? [HOW_TO] : [])];
  return texts.flatMap((text) => wrapped(text, COMMENT_WIDTH)).map((line) => `# ${line}`).join("\n");
}

function wrapped(text, width) {
  const lines = [""];
  for (const word of text.split(" ")) {
    const longer = `${lines.at(-1)} ${word}`.trim();
    if (longer.length <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

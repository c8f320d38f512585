/** `node run.mjs JOURNEY`: one journey from `journeys.mjs`.
 *
 * Standard input is JSON: the node's `url`, people's `tokens` by their names, and whatever else the journey takes. Prints what it
 * brought as JSON; what the journey's own steps are refused is part of that, anything else ends the process with an error.
 */

import { text } from "node:stream/consumers";
import { createRestAPIClient } from "masto";
import * as journeys from "./journeys.mjs";

const { url, tokens, ...given } = JSON.parse(await text(process.stdin));
const people = Object.fromEntries(
  Object.entries(tokens).map(([name, accessToken]) => [name, createRestAPIClient({ url, accessToken })]),
);
const result = await journeys[process.argv[2]]({ url, stranger: createRestAPIClient({ url }), ...people, ...given });
console.log(JSON.stringify(result));

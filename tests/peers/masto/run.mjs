/** `node run.mjs JOURNEY`: one journey from `journeys.mjs` or `live.mjs`.
 *
 * Standard input is JSON: the node's `url`, people's `tokens` by their names, and whatever else the journey takes. Prints what it
 * brought as JSON; what the journey's own steps are refused is part of that, anything else ends the process with an error.
 */

import { text } from "node:stream/consumers";
import { createRestAPIClient } from "masto";
import * as daily from "./journeys.mjs";
import * as live from "./live.mjs";

const journeys = { ...daily, ...live };
const { url, tokens, ...given } = JSON.parse(await text(process.stdin));
const people = Object.fromEntries(
  Object.entries(tokens).map(([name, accessToken]) => [name, createRestAPIClient({ url, accessToken })]),
);
const result = await journeys[process.argv[2]]({ url, tokens, stranger: createRestAPIClient({ url }), ...people, ...given });
console.log(JSON.stringify(result));
process.exit(0); // open sockets and timers of the library would keep it

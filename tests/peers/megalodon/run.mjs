/** `node run.mjs JOURNEY`: one journey from `journeys.mjs`.
 *
 * Standard input is JSON: the node's `url`, people's `tokens` by their names, and whatever else the journey takes. Prints what it
 * brought as JSON; anything that the library throws ends the process with an error.
 */

import { text } from "node:stream/consumers";
import generator, { detector } from "megalodon";
import * as journeys from "./journeys.mjs";

const { url, tokens, ...given } = JSON.parse(await text(process.stdin));
const software = await detector(url);
const people = Object.fromEntries(Object.entries(tokens).map(([name, token]) => [name, generator(software, url, token)]));
const result = await journeys[process.argv[2]]({ software, url, ...people, ...given });
console.log(JSON.stringify(result));
process.exit(0); // open sockets of the library would keep it

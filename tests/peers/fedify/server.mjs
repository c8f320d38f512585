/** `node --import ./localhost.mjs server.mjs NAME [FIRST_KNOCK]`: the server of NAME on NAME.localhost and a free port.
 *
 * Prints one line of JSON when it listens: `origin`, where the world reaches it, and `control`, where a test commands it on
 * loopback: `POST /COMMAND` with a JSON body. Ends when its standard input does, so that it never outlives its test.
 */

import { Commands } from "./commands.mjs";
import { createServer } from "./federation.mjs";
import { serve } from "./web.mjs";
import { dialectOf, World } from "./world.mjs";

const [username, firstKnock = "rfc9421"] = process.argv.slice(2);
const world = new World();
let federation;

const port = await serve(async (request) => {
  const { pathname, search } = new URL(request.url);
  const seen = { method: request.method, path: pathname + search, dialect: dialectOf(request), status: 0 };
  seen.agent = request.headers.get("user-agent");
  world.requests.push(seen);
  if (request.method === "POST") await keepBody(request.clone());
  const response = await federation.fetch(request, { contextData: undefined });
  seen.status = response.status;
  return response;
});
const origin = `http://${username}.localhost:${port}`;
federation = createServer(world, username, origin, firstKnock);

const commands = new Commands(federation.createContext(new URL(origin)), world, username);
const control = await serve(async (request) => {
  const command = new URL(request.url).pathname.slice(1);
  try {
    return Response.json((await commands[command](await request.json())) ?? null);
  } catch (problem) {
    return Response.json({ error: String(problem) }, { status: 500 });
  }
});

async function keepBody(request) {
  const body = await request.json().catch(() => null);
  if (typeof body?.id === "string") world.bodies.set(body.id, body);
}

process.stdin.resume().on("end", () => process.exit());
console.log(JSON.stringify({ origin, control: `http://127.0.0.1:${control}` }));

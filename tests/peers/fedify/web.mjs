/** Between Node's HTTP server and the `Request` and `Response` that Fedify speaks. */

import { once } from "node:events";
import { createServer } from "node:http";

/** Serves *handler*, a function of a `Request`, on a free port of loopback; the port. */
export async function serve(handler) {
  const server = createServer(async (incoming, outgoing) => {
    try {
      await send(outgoing, await handler(await requestOf(incoming)));
    } catch (problem) {
      console.error(problem);
      outgoing.writeHead(500).end();
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server.address().port;
}

async function requestOf(incoming) {
  const chunks = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const headers = new Headers();
  for (let at = 0; at < incoming.rawHeaders.length; at += 2) {
    headers.append(incoming.rawHeaders[at], incoming.rawHeaders[at + 1]);
  }
  const bodiless = incoming.method === "GET" || incoming.method === "HEAD";
  return new Request(new URL(incoming.url, `http://${incoming.headers.host}`), {
    method: incoming.method,
    headers,
    body: bodiless ? undefined : Buffer.concat(chunks),
  });
}

async function send(outgoing, response) {
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  outgoing.end(Buffer.from(await response.arrayBuffer()));
}

/** Resolves `*.localhost` to loopback (RFC 6761), which Node does not: loaded before anything else with `--import`. */

import dns from "node:dns";

const systemLookup = dns.lookup;

dns.lookup = function lookup(hostname, options, callback) {
  const answer = callback ?? options;
  if (!/(^|\.)localhost\.?$/i.test(hostname)) return systemLookup.call(dns, hostname, options, callback);
  const all = typeof options === "object" && options?.all === true;
  process.nextTick(() => (all ? answer(null, [{ address: "127.0.0.1", family: 4 }]) : answer(null, "127.0.0.1", 4)));
};

/** What one Fedify server knows: its person's posts and relations, what was delivered to it, and every request that reached it. */

export class World {
  followers = new Map(); // actor URI → recipient as Fedify sends to it
  members = new Map(); // the same, of the group
  announces = ["activity", "post"]; // how the group passes on what a member wrote
  following = new Map(); // actor URI → "requested", "accepted" or "rejected"
  posts = new Map(); // number → { kind, content, visibility, group, published, updated, deleted }
  received = []; // activities that Fedify verified, oldest first
  bodies = new Map(); // activity id → its JSON as it came
  requests = []; // { method, path, dialect, agent, status }, as they came
  failures = []; // deliveries that were refused: { inbox, status }

  /** What this server's people see of other people's posts: the last word about each, by its URI. */
  get timeline() {
    const seen = {};
    for (const { type, object } of this.received) {
      const known = seen[object?.id];
      if (type === "Create") seen[object.id] = { ...object, versions: 1, deleted: false };
      if (type === "Update" && known) seen[object.id] = { ...object, versions: known.versions + 1, deleted: false };
      if (type === "Delete" && known) known.deleted = true;
    }
    return seen;
  }
}

/** How a request says that it is signed; Fedify alone judges whether that is true. */
export function dialectOf(request) {
  if (request.headers.has("signature-input")) return "rfc9421";
  return request.headers.has("signature") ? "cavage" : "unsigned";
}

/** What people do with clients made with masto (Elk, Phanpy and many more): each journey answers what it saw, and the test judges. */

import { createOAuthAPIClient, MastoHttpError } from "masto";

export async function whoAmI({ alice, stranger }) {
  const instance = await stranger.v2.instance.fetch();
  const me = await alice.v1.accounts.verifyCredentials();
  return { domain: instance.domain, version: instance.version, me };
}

export async function app({ url, stranger }) {
  const registered = await stranger.v1.apps.create({
    clientName: "a masto app", redirectUris: "urn:ietf:wg:oauth:2.0:oob", scopes: "read write",
  });
  const oauth = createOAuthAPIClient({ url });
  const token = await oauth.token.create({
    grantType: "client_credentials",
    clientId: registered.clientId,
    clientSecret: registered.clientSecret,
    redirectUri: "urn:ietf:wg:oauth:2.0:oob",
    scope: "read",
  });
  await oauth.revoke({ clientId: registered.clientId, clientSecret: registered.clientSecret, token: token.accessToken });
  return { registered, token };
}

export async function posts({ alice, carol }) {
  const post = await alice.v1.statuses.create({ status: "Hello", spoilerText: "Greeting", visibility: "public", language: "en" });
  const chosen = alice.v1.statuses.$select(post.id);
  const edited = await chosen.update({ status: "Hello again" });
  const history = await chosen.history.list();
  const source = await chosen.source.fetch();
  const reply = await carol.v1.statuses.create({ status: "And hello to you", inReplyToId: post.id });
  const context = await chosen.context.fetch();
  const removed = await chosen.remove();
  return { post, edited, history, source, reply, context, removed, after: await refusal(() => carol.v1.statuses.$select(post.id).fetch()) };
}

export async function reactions({ alice, carol }) {
  const post = await alice.v1.statuses.create({ status: "React to this" });
  const chosen = carol.v1.statuses.$select(post.id);
  const favourited = await chosen.favourite();
  const boost = await chosen.reblog();
  const bookmarked = await chosen.bookmark();
  const favouritedBy = await chosen.favouritedBy.list();
  const bookmarks = await carol.v1.bookmarks.list();
  const unfavourited = await chosen.unfavourite();
  const unboosted = await chosen.unreblog();
  return { post, favourited, boost, bookmarked, favouritedBy, bookmarks, unfavourited, unboosted };
}

export async function paging({ alice, count, limit }) {
  const written = [];
  for (let number = 0; number < count; number += 1) {
    written.push((await alice.v1.statuses.create({ status: `Number ${number}` })).id);
  }
  const pages = [];
  for await (const page of alice.v1.timelines.home.list({ limit })) pages.push(page.map((status) => status.id));
  const forth = [];
  for await (const page of alice.v1.timelines.home.list({ limit, minId: written[0] }).setDirection("prev")) {
    forth.push(page.map((status) => status.id));
  }
  return { written, pages, forth };
}

export async function media({ alice, picture }) {
  const file = new Blob([Buffer.from(picture, "base64")], { type: "image/png" });
  const first = await alice.v1.media.create({ file, description: "By the first version", focus: "-0.5,0.3" });
  const second = await alice.v2.media.create({ file, description: "By the second version" });
  const changed = await alice.v1.media.$select(second.id).update({ description: "Described anew" });
  const post = await alice.v1.statuses.create({ status: "Two pictures", mediaIds: [first.id, second.id] });
  const picked = await fetch(post.mediaAttachments[0].url);
  return { first, second, changed, post, picked: { status: picked.status, type: picked.headers.get("content-type") } };
}

export async function people({ alice, carol }) {
  const [her, me] = await Promise.all([alice, carol].map((one) => one.v1.accounts.verifyCredentials()));
  const chosen = carol.v1.accounts.$select(her.id);
  const followed = await chosen.follow();
  const relationships = await carol.v1.accounts.relationships.fetch({ id: [her.id, me.id] });
  const followers = await chosen.followers.list();
  const updated = await alice.v1.accounts.updateCredentials({ displayName: "Alice of acme", fieldsAttributes: [{ name: "Desk", value: "4.12" }] });
  const found = await carol.v1.accounts.lookup({ acct: her.acct });
  return { her, me, followed, relationships, followers, updated, found };
}

export async function search({ alice, carol, word }) {
  const post = await alice.v1.statuses.create({ status: `We had ${word} #${word}` });
  const me = await alice.v1.accounts.verifyCredentials();
  return {
    post,
    me,
    byText: await carol.v2.search.list({ q: word }),
    byName: await carol.v2.search.list({ q: me.username, type: "accounts" }),
    byAddress: await carol.v2.search.list({ q: post.url, type: "statuses", resolve: true }),
  };
}

export async function notifications({ alice, carol }) {
  const post = await alice.v1.statuses.create({ status: "Tell me" });
  await carol.v1.statuses.$select(post.id).favourite();
  const me = await alice.v1.accounts.verifyCredentials();
  await carol.v1.statuses.create({ status: `@${me.acct} hey` });
  const list = await soon(() => alice.v1.notifications.list(), (found) => found.length === 2);
  const mentions = await alice.v1.notifications.list({ types: ["mention"] });
  const marker = await alice.v1.markers.create({ notifications: { lastReadId: list[0].id } });
  await alice.v1.notifications.$select(mentions[0].id).dismiss();
  const left = await alice.v1.notifications.list();
  await alice.v1.notifications.clear();
  return { post, list, mentions, marker, left, cleared: await alice.v1.notifications.list() };
}

export async function refusals({ url, alice, carol, stranger }) {
  const post = await alice.v1.statuses.create({ status: "Mine" });
  return {
    unknown: await refusal(() => alice.v1.statuses.$select("1").fetch()),
    notMine: await refusal(() => carol.v1.statuses.$select(post.id).remove()),
    nobody: await refusal(() => stranger.v1.timelines.home.list()),
    empty: await refusal(() => alice.v1.statuses.create({ status: "" })),
    long: await refusal(() => alice.v1.statuses.create({ status: "x".repeat(6000) })),
    noSuchPath: await refusal(() => alice.v1.statuses.$select(post.id).translate()),
    badApp: await refusal(() => createOAuthAPIClient({ url }).token.create({
      grantType: "authorization_code", code: "nonsense", clientId: "nobody", clientSecret: "nothing", redirectUri: "urn:ietf:wg:oauth:2.0:oob",
    })),
  };
}

/** How the library read the node's refusal; an answer that it could not read as one is an error of the journey. */
async function refusal(step) {
  try {
    await step();
  } catch (problem) {
    if (!(problem instanceof MastoHttpError)) throw problem;
    return { status: problem.statusCode, message: problem.message, details: problem.details ?? null };
  }
  return { status: 200 };
}

/** The first answer that *holds*, asked for again and again for half a minute; else the last one. */
async function soon(question, holds) {
  const deadline = Date.now() + 30_000;
  let answer = await question();
  while (!holds(answer) && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    answer = await question();
  }
  return answer;
}

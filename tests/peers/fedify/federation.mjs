/** A small Fedify server: one person, a group, an instance actor, authorised fetch for all but that one, signatures always verified. */

import { createFederation, generateCryptoKeyPair, InProcessMessageQueue, MemoryKvStore } from "@fedify/fedify";
import {
  Accept, Activity, Application, Article, Create, Endpoints, Follow, Mention, Note, Page, Person, PUBLIC_COLLECTION, Reject, Undo,
} from "@fedify/fedify/vocab";
import { Temporal } from "@js-temporal/polyfill";
import { GROUP, groupOf, isForGroup, passOn } from "./groups.mjs";

const KINDS = { Note: [Note, "posts"], Page: [Page, "pages"], Article: [Article, "articles"] };
const RETRIES = 8;
const RSA = { name: "RSASSA-PKCS1-v1_5", modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: "SHA-256" };

/** The federation of *world*, reached at *origin*. *firstKnock* is the signature dialect that it tries first with a stranger. */
export function createServer(world, username, origin, firstKnock) {
  const federation = createFederation({
    kv: new MemoryKvStore(),
    queue: new InProcessMessageQueue(),
    origin,
    allowPrivateAddress: true, // everything lives on loopback here
    skipSignatureVerification: false,
    firstKnock,
    outboxRetryPolicy: ({ attempts }) => (attempts < RETRIES ? Temporal.Duration.from({ milliseconds: 250 }) : null),
    onOutboxError: (error) => world.failures.push({ inbox: error.inbox?.href, status: error.statusCode }),
  });
  const names = { username, instance: new URL(origin).hostname };
  serveActors(federation, names);
  serveCollections(federation, world, names);
  servePosts(federation, world, names);
  listen(federation, world, names);
  return federation;
}

function serveActors(federation, { username, instance }) {
  const keys = new Map();
  const exists = (identifier) => [username, GROUP, instance].includes(identifier);
  federation
    .setActorDispatcher("/users/{identifier}", async (ctx, identifier) => {
      if (!exists(identifier)) return null;
      const pairs = await ctx.getActorKeyPairs(identifier);
      const values = {
        id: ctx.getActorUri(identifier),
        preferredUsername: identifier,
        name: identifier,
        inbox: ctx.getInboxUri(identifier),
        outbox: ctx.getOutboxUri(identifier),
        followers: ctx.getFollowersUri(identifier),
        endpoints: new Endpoints({ sharedInbox: ctx.getInboxUri() }),
        publicKey: pairs[0].cryptographicKey,
        assertionMethods: pairs.map((pair) => pair.multikey),
      };
      if (identifier === GROUP) return groupOf(ctx, values);
      return identifier === instance ? new Application(values) : new Person(values);
    })
    .setKeyPairsDispatcher(async (_ctx, identifier) => {
      if (!exists(identifier)) return [];
      if (!keys.has(identifier)) {
        keys.set(identifier, newKeys());
      }
      return await keys.get(identifier);
    })
    .authorize(async (ctx, identifier) => identifier === instance || (await asker(ctx, instance)) !== null);
}

/** Fedify would make an RSA key of 4096 bits, which takes seconds. */
function newKeys() {
  return Promise.all([crypto.subtle.generateKey(RSA, true, ["sign", "verify"]), generateCryptoKeyPair("Ed25519")]);
}

function serveCollections(federation, world, { username, instance }) {
  const isSigned = async (ctx) => (await asker(ctx, instance)) !== null;
  federation
    .setFollowersDispatcher("/users/{identifier}/followers", (_ctx, identifier) => ({
      items: [...(followersOf(world, { username }, identifier)?.values() ?? [])],
    }))
    .authorize(isSigned);
  federation.setOutboxDispatcher("/users/{identifier}/outbox", () => ({ items: [] })).authorize(isSigned);
}

/** Who follows the server's person, or is a member of its group. */
function followersOf(world, { username }, identifier) {
  return { [username]: world.followers, [GROUP]: world.members }[identifier];
}

function servePosts(federation, world, { username, instance }) {
  for (const [kind, [Kind, folder]] of Object.entries(KINDS)) {
    federation
      .setObjectDispatcher(Kind, `/users/{identifier}/${folder}/{number}`, (ctx, { identifier, number }) => {
        const post = identifier === username ? world.posts.get(number) : undefined;
        const isThere = post !== undefined && !post.deleted && (post.kind ?? "Note") === kind;
        return isThere ? noteOf(ctx, username, number, post) : null;
      })
      .authorize(async (ctx, { number }) => {
        const reader = await asker(ctx, instance);
        return reader !== null && mayRead(world, world.posts.get(number), reader);
      });
  }
}

/** Whoever signed this request, null for nobody. Keys are asked for by the instance actor, as their hosts may want to know who asks. */
async function asker(ctx, instance) {
  return await ctx.getSignedKeyOwner({ documentLoader: await ctx.getDocumentLoader({ identifier: instance }) });
}

/** A server asks for its people: what is for followers it gets when one of them lives there. */
function mayRead(world, post, reader) {
  if (post === undefined || post.visibility === "public") return true;
  return [...world.followers.keys()].some((uri) => new URL(uri).origin === reader.id.origin);
}

export function noteOf(ctx, username, number, post) {
  const followers = ctx.getFollowersUri(username);
  const isPublic = post.visibility === "public";
  const named = post.mention ? [new URL(post.mention)] : [];
  const group = post.group ? new URL(post.group) : null;
  const [Kind] = KINDS[post.kind ?? "Note"];
  return new Kind({
    id: ctx.getObjectUri(Kind, { identifier: username, number }),
    attribution: ctx.getActorUri(username),
    content: post.content,
    tos: [isPublic ? PUBLIC_COLLECTION : followers, ...(group ? [group] : [])],
    audience: group,
    ccs: isPublic ? [followers, ...named] : named,
    tags: named.map((href) => new Mention({ href, name: `@${href.pathname.split("/").at(-1)}@${href.host}` })),
    replyTarget: post.replyTo ? new URL(post.replyTo) : null,
    published: post.published,
    updated: post.updated,
    url: new URL(`/@${username}/${number}`, ctx.canonicalOrigin),
  });
}

function listen(federation, world, { username, instance }) {
  const keep = async (ctx, activity) => {
    const { type, object } = await activity.toJsonLd(ctx);
    world.received.push({
      type,
      id: activity.id?.href,
      actor: activity.actorId?.href,
      object: typeof object === "object" ? object : { id: object },
      inbox: ctx.recipient ?? "shared",
    });
  };
  const settle = (state) => async (ctx, answer) => {
    await keep(ctx, answer);
    if (world.following.has(answer.actorId.href)) world.following.set(answer.actorId.href, state);
  };
  federation
    .setInboxListeners("/users/{identifier}/inbox", "/inbox")
    .setSharedKeyDispatcher(() => ({ identifier: instance }))
    .on(Follow, async (ctx, follow) => {
      await keep(ctx, follow);
      const { id, inboxId, endpoints } = await follow.getActor(ctx);
      const { identifier } = ctx.parseUri(follow.objectId);
      followersOf(world, { username }, identifier).set(id.href, { id, inboxId, endpoints });
      await ctx.sendActivity(
        { identifier },
        { id, inboxId, endpoints },
        new Accept({ id: newId(ctx), actor: follow.objectId, object: follow }),
      );
    })
    .on(Accept, settle("accepted"))
    .on(Reject, settle("rejected"))
    .on(Create, async (ctx, create) => {
      await keep(ctx, create);
      if (await isForGroup(ctx, create)) {
        if (mayPost(world, ctx, create)) await passOn(ctx, world, create);
        return;
      }
      if (await answersOne(ctx, create)) {
        const excludeBaseUris = [create.actorId];
        await ctx.forwardActivity({ identifier: username }, "followers", { skipIfUnsigned: true, excludeBaseUris });
      }
    })
    .on(Undo, async (ctx, undo) => {
      await keep(ctx, undo);
      const undone = await undo.getObject(ctx);
      if (!(undone instanceof Follow)) return;
      followersOf(world, { username }, ctx.parseUri(undone.objectId)?.identifier)?.delete(undo.actorId.href);
    })
    .on(Activity, keep);
}

/** Whether this is an answer to a post of this server: then its followers are told (ActivityPub §7.1.2). */
async function answersOne(ctx, create) {
  const { replyTargetId } = await create.getObject(ctx);
  return replyTargetId?.origin === ctx.canonicalOrigin;
}

/** The group is for its members, and for the people of its own server. */
function mayPost(world, ctx, create) {
  return world.members.has(create.actorId.href) || create.actorId.origin === ctx.canonicalOrigin;
}

export function newId(ctx) {
  return new URL(`/activities/${crypto.randomUUID()}`, ctx.canonicalOrigin);
}

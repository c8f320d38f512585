/** A small Fedify server: one person, an instance actor, authorised fetch for all but that one, signatures always verified. */

import { createFederation, generateCryptoKeyPair, InProcessMessageQueue, MemoryKvStore } from "@fedify/fedify";
import {
  Accept, Activity, Application, Create, Endpoints, Follow, Mention, Note, Person, PUBLIC_COLLECTION, Reject, Undo,
} from "@fedify/fedify/vocab";
import { Temporal } from "@js-temporal/polyfill";

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
  const exists = (identifier) => identifier === username || identifier === instance;
  federation
    .setActorDispatcher("/users/{identifier}", async (ctx, identifier) => {
      if (!exists(identifier)) return null;
      const pairs = await ctx.getActorKeyPairs(identifier);
      const Kind = identifier === instance ? Application : Person;
      return new Kind({
        id: ctx.getActorUri(identifier),
        preferredUsername: identifier,
        name: identifier,
        inbox: ctx.getInboxUri(identifier),
        outbox: ctx.getOutboxUri(identifier),
        followers: ctx.getFollowersUri(identifier),
        endpoints: new Endpoints({ sharedInbox: ctx.getInboxUri() }),
        publicKey: pairs[0].cryptographicKey,
        assertionMethods: pairs.map((pair) => pair.multikey),
      });
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
      items: identifier === username ? [...world.followers.values()] : [],
    }))
    .authorize(isSigned);
  federation.setOutboxDispatcher("/users/{identifier}/outbox", () => ({ items: [] })).authorize(isSigned);
}

function servePosts(federation, world, { username, instance }) {
  federation
    .setObjectDispatcher(Note, "/users/{identifier}/posts/{number}", (ctx, { identifier, number }) => {
      const post = identifier === username ? world.posts.get(number) : undefined;
      return post === undefined || post.deleted ? null : noteOf(ctx, username, number, post);
    })
    .authorize(async (ctx, { number }) => {
      const reader = await asker(ctx, instance);
      return reader !== null && mayRead(world, world.posts.get(number), reader);
    });
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
  return new Note({
    id: ctx.getObjectUri(Note, { identifier: username, number }),
    attribution: ctx.getActorUri(username),
    content: post.content,
    to: isPublic ? PUBLIC_COLLECTION : followers,
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
      world.followers.set(id.href, { id, inboxId, endpoints });
      await ctx.sendActivity(
        { identifier: ctx.parseUri(follow.objectId).identifier },
        { id, inboxId, endpoints },
        new Accept({ id: newId(ctx), actor: follow.objectId, object: follow }),
      );
    })
    .on(Accept, settle("accepted"))
    .on(Reject, settle("rejected"))
    .on(Create, async (ctx, create) => {
      await keep(ctx, create);
      if (await answersOne(ctx, create)) {
        const excludeBaseUris = [create.actorId];
        await ctx.forwardActivity({ identifier: username }, "followers", { skipIfUnsigned: true, excludeBaseUris });
      }
    })
    .on(Undo, async (ctx, undo) => {
      await keep(ctx, undo);
      if ((await undo.getObject(ctx)) instanceof Follow) world.followers.delete(undo.actorId.href);
    })
    .on(Activity, keep);
}

/** Whether this is an answer to a post of this server: then its followers are told (ActivityPub §7.1.2). */
async function answersOne(ctx, create) {
  const { replyTargetId } = await create.getObject(ctx);
  return replyTargetId?.origin === ctx.canonicalOrigin;
}

export function newId(ctx) {
  return new URL(`/activities/${crypto.randomUUID()}`, ctx.canonicalOrigin);
}

/** What a test may ask of the server's person, and see of the server: each command a function of its JSON body. */

import { detachSignature, verifyObject } from "@fedify/fedify";
import {
  Activity, Announce, Create, Delete, Follow, isActor, Like, Note, PUBLIC_COLLECTION, Tombstone, Undo, Update,
} from "@fedify/fedify/vocab";
import { Temporal } from "@js-temporal/polyfill";
import { newId, noteOf } from "./federation.mjs";
import { announce, GROUP, unsaid } from "./groups.mjs";

export class Commands {
  #ctx;
  #world;
  #me;
  #number = 0;

  constructor(ctx, world, username) {
    this.#ctx = ctx;
    this.#world = world;
    this.#me = username;
  }

  /** Ask to follow the actor *uri*; with *inbox* the actor is not looked at first. */
  async follow({ uri, inbox }) {
    const actor = inbox ? { id: new URL(uri), inboxId: new URL(inbox) } : await this.#actor(uri);
    this.#world.following.set(uri, "requested");
    const follow = new Follow({ id: newId(this.#ctx), actor: this.#uri, object: new URL(uri) });
    await this.#send(actor, follow);
    return { id: follow.id.href };
  }

  async unfollow({ uri, id }) {
    this.#world.following.delete(uri);
    const object = new Follow({ id: new URL(id), actor: this.#uri, object: new URL(uri) });
    await this.#send(await this.#actor(uri), new Undo({ id: newId(this.#ctx), actor: this.#uri, object }));
    return {};
  }

  /** A post for everybody or for followers, perhaps in answer to the post *replyTo*. Followers get it, the actor *mention* too;
   *  with *inbox* that inbox alone, whether anybody there follows or not; when *quiet* nobody does. In the *group*, the group alone does. */
  async post({ content, kind = "Note", visibility = "public", mention, group, replyTo, inbox, quiet = false }) {
    const number = String(++this.#number);
    const post = { content, kind, visibility, mention, group, replyTo, published: Temporal.Now.instant() };
    this.#world.posts.set(number, post);
    const note = noteOf(this.#ctx, this.#me, number, post);
    const create = unsaid(note);
    if (quiet) return { uri: note.id.href, number };
    if (group) {
      await this.#send(await this.#actor(group), create, { preferSharedInbox: false });
      return { uri: note.id.href, number };
    }
    await this.#send(inbox ? { id: new URL(inbox), inboxId: new URL(inbox) } : "followers", create);
    if (mention && !inbox) await this.#send(await this.#actor(mention), create);
    return { uri: note.id.href, number };
  }

  async edit({ number, content }) {
    const post = this.#world.posts.get(number);
    Object.assign(post, { content, updated: Temporal.Now.instant() });
    const note = noteOf(this.#ctx, this.#me, number, post);
    await this.#send("followers", new Update({
      id: newId(this.#ctx), actor: this.#uri, object: note, tos: note.toIds, ccs: note.ccIds,
    }));
    return {};
  }

  async delete({ number }) {
    const post = this.#world.posts.get(number);
    const { id } = noteOf(this.#ctx, this.#me, number, post);
    post.deleted = true;
    await this.#send("followers", new Delete({
      id: newId(this.#ctx), actor: this.#uri, object: new Tombstone({ id }), to: PUBLIC_COLLECTION,
    }));
    return {};
  }

  /** Like the post *uri* of *author*. */
  async like({ uri, author }) {
    const like = new Like({ id: newId(this.#ctx), actor: this.#uri, object: new URL(uri), to: new URL(author) });
    await this.#send(await this.#actor(author), like);
    return { id: like.id.href };
  }

  async unlike({ uri, author, id }) {
    const object = new Like({ id: new URL(id), actor: this.#uri, object: new URL(uri) });
    await this.#send(await this.#actor(author), new Undo({ id: newId(this.#ctx), actor: this.#uri, object }));
    return {};
  }

  /** Show the post *uri* of *author* to followers, and tell its author. */
  async boost({ uri, author }) {
    const announce = new Announce({
      id: newId(this.#ctx), actor: this.#uri, object: new URL(uri), published: Temporal.Now.instant(),
      to: PUBLIC_COLLECTION, ccs: [this.#ctx.getFollowersUri(this.#me), new URL(author)],
    });
    await this.#send(await this.#actor(author), announce);
    await this.#send("followers", announce);
    return { id: announce.id.href };
  }

  /** From now on the group passes on what its members write as *what*: "activity", "post", or both. */
  async announcing({ what }) {
    this.#world.announces = what;
    return {};
  }

  /** The server's group announces a post of *author* that *author* never sent to it: at *uri*, whether there is one or not. */
  async forge({ uri, author, content }) {
    const group = this.#ctx.getActorUri(GROUP);
    const note = new Note({
      id: new URL(uri), attribution: new URL(author), content, tos: [PUBLIC_COLLECTION, group], audience: group,
      published: Temporal.Now.instant(),
    });
    return { id: await announce(this.#ctx, unsaid(note)) };
  }

  /** The document at *uri* as this server's person gets it; as a stranger without a signature when not *signed*. Null when it is not given. */
  async look({ uri, signed = true }) {
    const documentLoader = signed ? await this.#ctx.getDocumentLoader({ identifier: this.#me }) : this.#ctx.documentLoader;
    const found = await this.#ctx.lookupObject(uri, { documentLoader });
    return found === null ? null : await found.toJsonLd(this.#ctx);
  }

  /** Whether the integrity proof of the activity *id*, as it was received, is its actor's. */
  async proved({ id }) {
    const documentLoader = await this.#ctx.getDocumentLoader({ identifier: this.#me });
    const activity = detachSignature(this.#world.bodies.get(id)); // Linked Data Signatures are laid around the proof
    return (await verifyObject(Activity, activity, { ...this.#ctx, documentLoader })) !== null;
  }

  async world() {
    const { followers, members, following, received, timeline, requests, failures } = this.#world;
    return {
      followers: [...followers.keys()], members: [...members.keys()], following: Object.fromEntries(following),
      received, timeline, requests, failures,
    };
  }

  get #uri() {
    return this.#ctx.getActorUri(this.#me);
  }

  async #actor(uri) {
    const documentLoader = await this.#ctx.getDocumentLoader({ identifier: this.#me });
    const found = await this.#ctx.lookupObject(uri, { documentLoader });
    if (!isActor(found)) throw new Error(`${uri} is no actor that ${this.#me} may see`);
    return found;
  }

  async #send(recipients, activity, { preferSharedInbox } = { preferSharedInbox: true }) {
    await this.#ctx.sendActivity({ identifier: this.#me }, recipients, activity, { preferSharedInbox });
  }
}

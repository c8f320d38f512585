/** The one group of the server, open to everybody (FEP-1b12): what a member sends to it, it announces to all its members, as the activity and as the post. */

import { Announce, Create, Group, PUBLIC_COLLECTION } from "@fedify/fedify/vocab";
import { newId } from "./federation.mjs";

export const GROUP = "lounge";

/** What the group's actor says beside what every actor says. */
export function groupOf(ctx, values) {
  return new Group({ ...values, manuallyApprovesFollowers: false, summary: "For all of us" });
}

/** Whether *create*, or the post that it brings, is addressed to the group. */
export async function isForGroup(ctx, create) {
  const group = ctx.getActorUri(GROUP).href;
  const post = await create.getObject(ctx);
  const named = [create, post].flatMap((one) => [...one.toIds, ...one.ccIds, ...one.audienceIds]);
  return named.some((uri) => uri.href === group);
}

/** *create* to all members, for those who read activities; then its post, for those who read posts only. Fedify writes the activity anew,
 *  so that its author's proof no longer fits it. */
export async function passOn(ctx, world, create) {
  if (world.announces.includes("activity")) await announce(ctx, create);
  if (world.announces.includes("post")) await announce(ctx, create.objectId);
}

/** *object*, an activity or the address of a post, in the group's own name to its members. The id of the announcement. */
export async function announce(ctx, object) {
  const followers = ctx.getFollowersUri(GROUP);
  const actor = ctx.getActorUri(GROUP);
  const announced = new Announce({ id: newId(ctx), actor, object, to: PUBLIC_COLLECTION, cc: followers, audience: actor });
  await ctx.sendActivity({ identifier: GROUP }, "followers", announced, { preferSharedInbox: true });
  return announced.id.href;
}

/** A Create of *note* that its author never signed, or never said at all. */
export function unsaid(note) {
  return new Create({
    id: new URL(`${note.id.href}/activity`), actor: note.attributionId, object: note, tos: note.toIds, ccs: note.ccIds,
    audience: note.audienceId,
  });
}

/** Journeys of the newer half of the API with masto: streams, polls, lists, filters, grouped notifications, scheduled posts, quotes. `run.mjs` finds them. */

import { createStreamingAPIClient } from "masto";

export async function streams({ alice, carol, tokens, tag }) {
  const instance = await alice.v2.instance.fetch();
  const client = createStreamingAPIClient({
    streamingApiUrl: instance.configuration.urls.streaming, accessToken: tokens.alice, implementation: WebSocket,
  });
  const [me, her] = await Promise.all([alice, carol].map((one) => one.v1.accounts.verifyCredentials()));
  await alice.v1.accounts.$select(her.id).follow();
  const [home, tagged, told] = [client.user.subscribe(), client.hashtag.subscribe({ tag }), client.user.notification.subscribe()].map(listen);
  const write = () => carol.v1.statuses.create({ status: `Live #${tag} @${me.acct}` });
  // Nothing tells a client that its subscription stands: posts are written until each stream showed one.
  while ([home, tagged, told].some((stream) => stream.events.length === 0)) {
    await write();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const post = await write();
  const update = await home.event("update", (status) => status.id === post.id);
  const underTag = await tagged.event("update", (status) => status.id === post.id);
  const notification = await told.event("notification", (one) => one.status?.id === post.id);
  await carol.v1.statuses.$select(post.id).remove();
  const removed = await home.event("delete", (id) => id === post.id);
  client.close();
  return { post, update, underTag, notification, removed };
}

export async function polls({ alice, carol }) {
  const post = await alice.v1.statuses.create({ status: "Where?", poll: { options: ["Lyon", "Hamburg", "Turin"], expiresIn: 3600, multiple: true } });
  const voted = await carol.v1.polls.$select(post.poll.id).votes.create({ choices: [0, 2] });
  return { post, voted, seen: await alice.v1.polls.$select(post.poll.id).fetch() };
}

export async function lists({ alice, carol }) {
  const her = await carol.v1.accounts.verifyCredentials();
  await alice.v1.accounts.$select(her.id).follow();
  const list = await alice.v1.lists.create({ title: "Design", exclusive: true, repliesPolicy: "none" });
  await alice.v1.lists.$select(list.id).accounts.create({ accountIds: [her.id] });
  const post = await carol.v1.statuses.create({ status: "For the list" });
  const timeline = await alice.v1.timelines.list.$select(list.id).list();
  const home = await alice.v1.timelines.home.list();
  await alice.v1.lists.$select(list.id).accounts.remove({ accountIds: [her.id] });
  await alice.v1.lists.$select(list.id).remove();
  return { list, post, timeline, home, left: await alice.v1.lists.list() };
}

export async function filters({ alice, carol }) {
  const filter = await alice.v2.filters.create({ title: "Money", context: ["public"], filterAction: "warn", keywordsAttributes: [{ keyword: "budget", wholeWord: true }] });
  const post = await carol.v1.statuses.create({ status: "The budget is here", visibility: "public" });
  const shown = (await alice.v1.timelines.public.list()).find((status) => status.id === post.id);
  const changed = await alice.v2.filters.$select(filter.id).update({ title: "Gold", filterAction: "hide" });
  await alice.v2.filters.$select(filter.id).remove();
  return { filter, shown, changed, left: await alice.v2.filters.list() };
}

export async function grouped({ alice, carol }) {
  const post = await alice.v1.statuses.create({ status: "Like me" });
  await carol.v1.statuses.$select(post.id).favourite();
  const page = await alice.v2.notifications.list();
  const group = page.notificationGroups[0];
  const one = await alice.v2.notifications.$select(group.groupKey).fetch();
  const count = await alice.v2.notifications.unreadCount.fetch();
  const policy = await alice.v2.notifications.policy.update({ forNotFollowing: "filter" });
  await alice.v2.notifications.$select(group.groupKey).dismiss();
  return { post, page, one, count, policy, left: await alice.v2.notifications.list() };
}

export async function scheduled({ alice, at }) {
  const planned = await alice.v1.statuses.create({ status: "Later", scheduledAt: at });
  const listed = await alice.v1.scheduledStatuses.list();
  await alice.v1.scheduledStatuses.$select(planned.id).remove();
  return { planned, listed, left: await alice.v1.scheduledStatuses.list() };
}

export async function quotes({ alice, carol }) {
  const post = await alice.v1.statuses.create({ status: "Quote me", quoteApprovalPolicy: "public" });
  const quoting = await carol.v1.statuses.create({ status: "Look", quotedStatusId: post.id });
  const shown = await carol.v1.statuses.$select(quoting.id).fetch();
  const quotes = await alice.v1.statuses.$select(post.id).quotes.list();
  return { post, quoting, shown, quotes };
}

/** Reads a subscription from now on. `event` is the first of that name whose payload is meant. */
function listen(subscription) {
  const events = [];
  let wake = () => {};
  (async () => {
    for await (const event of subscription) {
      events.push(event);
      wake();
    }
  })().catch((problem) => events.push({ event: "broken", payload: String(problem) }));
  return {
    events,
    async event(name, isMeant) {
      for (;;) {
        const broken = events.find((one) => one.event === "broken");
        if (broken) throw new Error(broken.payload);
        const found = events.find((one) => one.event === name && isMeant(one.payload));
        if (found) return found;
        await new Promise((resolve) => { wake = resolve; });
      }
    },
  };
}

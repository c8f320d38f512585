/** What people do with clients made with megalodon (Whalebird, Fedistar and more): each journey answers what it saw, and the test judges. */

export async function whoAmI({ software, alice }) {
  const [me, instance, preferences] = await all(alice.verifyAccountCredentials(), alice.getInstance(), alice.getPreferences());
  return { software, me, instance, preferences };
}

export async function posts({ alice, carol }) {
  const post = (await alice.postStatus("Hello", { spoiler_text: "Greeting", visibility: "public", language: "en" })).data;
  const edited = (await alice.editStatus(post.id, { status: "Hello again" })).data;
  const source = (await alice.getStatusSource(post.id)).data;
  const reply = (await carol.postStatus("And hello to you", { in_reply_to_id: post.id })).data;
  const context = (await alice.getStatusContext(post.id)).data;
  const [favourited, boosted, bookmarked] = [
    (await carol.favouriteStatus(post.id)).data, (await carol.reblogStatus(post.id)).data, (await carol.bookmarkStatus(post.id)).data,
  ];
  const notifications = (await alice.getNotifications()).data;
  const home = (await alice.getHomeTimeline()).data;
  return { post, edited, source, reply, context, favourited, boosted, bookmarked, notifications, home };
}

export async function poll({ alice, carol }) {
  const post = (await alice.postStatus("Tea or coffee?", { poll: { options: ["Tea", "Coffee"], expires_in: 3600 } })).data;
  const voted = (await carol.votePoll(post.poll.id, [1])).data;
  const seen = (await alice.getPoll(post.poll.id)).data;
  return { post, voted, seen };
}

export async function lists({ alice, carol }) {
  const her = (await carol.verifyAccountCredentials()).data;
  await alice.followAccount(her.id);
  const list = (await alice.createList("Colleagues")).data;
  await alice.addAccountsToList(list.id, [her.id]);
  const post = (await carol.postStatus("In the list")).data;
  const timeline = (await alice.getListTimeline(list.id)).data;
  const members = (await alice.getAccountsInList(list.id)).data;
  const renamed = (await alice.updateList(list.id, "Friends")).data;
  await alice.deleteAccountsFromList(list.id, [her.id]);
  const after = (await alice.getListTimeline(list.id)).data;
  await alice.deleteList(list.id);
  return { post, timeline, members, renamed, after, left: (await alice.getLists()).data };
}

export async function filters({ alice, carol }) {
  const filter = (await alice.createFilter("quarterly", ["home", "public"], { whole_word: true })).data;
  await carol.postStatus("The quarterly figures");
  const listed = (await alice.getFilters()).data;
  const changed = (await alice.updateFilter(filter.id, "figures", ["public"])).data;
  await alice.deleteFilter(filter.id);
  return { filter, listed, changed, left: (await alice.getFilters()).data };
}

export async function later({ alice, at }) {
  const scheduled = (await alice.postStatus("Good morning", { scheduled_at: at })).data;
  const listed = (await alice.getScheduledStatuses()).data;
  await alice.cancelScheduledStatus(scheduled.id);
  return { scheduled, listed, left: (await alice.getScheduledStatuses()).data };
}

export async function conversations({ alice, carol, address }) {
  const post = (await carol.postStatus(`@${address} between us`, { visibility: "direct" })).data;
  const [conversation] = (await alice.getConversationTimeline()).data;
  const read = (await alice.readConversation(conversation.id)).data;
  return { post, conversation, read };
}

export async function tags({ alice, carol }) {
  const followed = (await alice.followTag("megalodon")).data;
  const post = (await carol.postStatus("About #megalodon")).data;
  const home = (await alice.getHomeTimeline()).data;
  const listed = (await alice.getFollowedTags()).data;
  const featured = (await alice.createFeaturedTag("megalodon")).data;
  return { followed, post, home, listed, featured };
}

export async function stream({ alice, carol }) {
  const socket = await alice.userStreaming();
  const her = (await carol.verifyAccountCredentials()).data;
  await alice.followAccount(her.id);
  const heard = new Promise((resolve, reject) => {
    socket.on("update", resolve);
    socket.on("error", reject);
    socket.on("parser-error", reject);
  });
  // Nothing tells a client that its stream stands: posts are written until one was heard.
  const written = [];
  let update;
  while (!update) {
    written.push((await carol.postStatus("Live")).data.id);
    update = await Promise.race([heard, new Promise((resolve) => setTimeout(resolve, 100))]);
  }
  socket.stop();
  return { written, update };
}

async function all(...answers) {
  return (await Promise.all(answers)).map((answer) => answer.data);
}

// What a page gains where scripts run: nothing here is needed to read or to post.

const language = document.documentElement.lang;

function refreshTimes() {
  const full = new Intl.DateTimeFormat(language, { dateStyle: "long", timeStyle: "short" });
  const units = { minute: "min", hour: "h", day: language === "fr" ? "j" : "d" };
  for (const time of document.querySelectorAll(".when time[datetime]")) {
    const then = new Date(time.dateTime);
    const minutes = Math.floor((Date.now() - then) / 60000);
    time.title = full.format(then);
    if (minutes < 1 || minutes >= 7 * 24 * 60) continue;
    if (minutes < 60) time.textContent = `${minutes} ${units.minute}`;
    else if (minutes < 24 * 60) time.textContent = `${Math.floor(minutes / 60)} ${units.hour}`;
    else time.textContent = `${Math.floor(minutes / 1440)} ${units.day}`;
  }
}

// Clients count an address as 23 characters and leave out the host of a mention.
function counted(text) {
  const shortened = text.replace(/https?:\/\/\S+/g, "x".repeat(23)).replace(/(^|[^\w/])@(\w+)@[\w.:-]+/g, "$1@$2");
  return Array.from(shortened).length;
}

function countCharacters(form) {
  const text = form.querySelector("textarea[data-limit]");
  const counter = form.querySelector(".counter");
  if (!text || !counter) return;
  const limit = Number(text.dataset.limit);
  const show = () => {
    const left = limit - counted(text.value);
    counter.hidden = left > limit / 5 && left > 0 && text.value.length < 200;
    counter.value = new Intl.NumberFormat(language).format(left);
    counter.classList.toggle("over", left < 0);
    text.setAttribute("aria-invalid", String(left < 0));
    text.style.height = "auto";
    text.style.height = `${text.scrollHeight + 2}px`;
  };
  text.addEventListener("input", show);
  show();
}

function sendWithKeys(form) {
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
}

// A form that was sent stays sent: a second click would say the same thing twice.
function sendOnce(form) {
  form.addEventListener("submit", () => {
    const button = form.querySelector(".button.primary");
    if (button) setTimeout(() => { button.disabled = true; }, 0);
  });
  addEventListener("pageshow", () => form.querySelector(".button.primary")?.removeAttribute("disabled"));
}

// Who will see it is said below the text as it is written: by the same page that the button opens.
function tellAudience(form) {
  const place = form.querySelector(".audience-lines");
  const button = form.querySelector(".who-ask");
  if (!place || !button) return;
  let waiting = 0;
  let asked = 0;
  const ask = async () => {
    const turn = ++asked;
    const sent = new FormData(form);
    for (const [name, value] of [...sent]) if (value instanceof File) sent.delete(name);
    const answer = await fetch(button.formAction, { method: "POST", body: sent }).catch(() => null);
    if (!answer?.ok || turn !== asked) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const told = page.querySelector(".who-sees");
    if (told?.querySelector(".who-told")) place.replaceChildren(told);
  };
  const soon = () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, 900);
  };
  form.querySelector("textarea[name=text]")?.addEventListener("input", soon);
  form.querySelector("select[name=audience]")?.addEventListener("change", soon);
}

async function preview(input) {
  const slot = input.closest(".slot");
  slot.querySelector("canvas")?.remove();
  const file = input.files[0];
  if (!file) return;
  const picture = await createImageBitmap(file, { resizeWidth: 160, resizeQuality: "medium" }).catch(() => null);
  if (!picture) return;
  const canvas = document.createElement("canvas");
  canvas.width = picture.width;
  canvas.height = picture.height;
  canvas.getContext("2d").drawImage(picture, 0, 0);
  slot.prepend(canvas);
}

function pictureSlots(form) {
  const slots = [...form.querySelectorAll(".slots .slot")];
  const inputs = slots.map((slot) => slot.querySelector("input[type=file]"));
  const show = () => {
    const used = inputs.findLastIndex((input) => input.files.length > 0);
    slots.forEach((slot, index) => { slot.hidden = index > used + 1; });
  };
  inputs.forEach((input) => input.addEventListener("change", () => { show(); preview(input); }));
  show();
}

function closeMenus() {
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = document.querySelector("details.menu[open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
}

// A date field has no zone: here the reader's own clock counts, and what is sent beside it is UTC.
function localMoments(form) {
  const field = form.querySelector("input[name=later]");
  if (!field) return;
  const local = (moment) => new Date(moment - moment.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
  if (field.dataset.utc) {
    const moment = new Date(field.dataset.utc);
    field.value = local(moment);
    const full = new Intl.DateTimeFormat(language, { dateStyle: "long", timeStyle: "short" });
    form.closest("article").querySelector("time").textContent = full.format(moment);
  }
  form.querySelectorAll(".zone").forEach((zone) => { zone.hidden = true; });
  const sent = document.createElement("input");
  sent.type = "hidden";
  sent.name = "later_utc";
  form.append(sent);
  form.addEventListener("submit", () => { sent.value = field.value ? new Date(field.value).toISOString() : ""; });
}

// Whose people can become members is said at once, below the boxes that choose it.
function groupReaders(form) {
  const list = form.querySelector(".group-reads .nodes");
  const other = form.querySelector("input[name=other]");
  if (!list || !other) return;
  const show = () => {
    const ticked = [...form.querySelectorAll("input[name=company]:checked")].map((box) => box.value);
    list.querySelectorAll("[data-company]").forEach((line) => { line.hidden = !ticked.includes(line.dataset.company); });
    list.querySelectorAll("[data-other]").forEach((line) => line.remove());
    for (const pattern of other.value.toLowerCase().split(/[\s,]+/).filter(Boolean)) {
      const line = document.createElement("li");
      const dot = document.createElement("span");
      dot.className = "dot";
      line.dataset.other = "";
      line.append(dot, pattern);
      list.append(line);
    }
  };
  form.addEventListener("input", show);
  show();
}

for (const form of document.querySelectorAll("form.composer, form.later-acts")) localMoments(form);
for (const form of document.querySelectorAll("form.group-form")) groupReaders(form);
for (const form of document.querySelectorAll("form.composer")) {
  countCharacters(form);
  sendWithKeys(form);
  sendOnce(form);
  tellAudience(form);
  pictureSlots(form);
}
closeMenus();
refreshTimes();
setInterval(refreshTimes, 60000);

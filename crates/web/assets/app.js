// Comfort only: every page works without this file. No inline handlers, no storage, no eval.
"use strict";
(() => {
  // The error summary takes the focus, so that a screen reader starts with what is wrong.
  document.querySelector(".problem[tabindex]")?.focus();

  // A form is sent once: the button says so and rests, until an answer should long be there (a file that was
  // fetched leaves the page as it is) or the page comes back. The hidden key makes a repeat harmless anyway.
  // Words in the composer count even where the server put them back, after a preview or a refusal.
  const typed = (area) => area.closest(".composer") && area.matches("textarea")
    ? area.value.trim() !== "" : area.value !== area.defaultValue;
  const resting = new Set();
  const wake = () => { resting.forEach((again) => again()); resting.clear(); };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.stays !== undefined) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    const others = [...document.querySelectorAll("textarea")].filter((area) => area.form !== form);
    if (others.some(typed) && !confirm("What you typed elsewhere on this page is not sent with this. Go on?")) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    const button = event.submitter;
    const words = button ? [...button.childNodes] : [];
    const rests = button && !button.name;
    resting.add(() => {
      delete form.dataset.sent;
      if (rests) { button.disabled = false; button.replaceChildren(...words); }
    });
    setTimeout(wake, 8000);
    if (rests) setTimeout(() => { button.disabled = true; button.replaceChildren("Sending…"); }, 0);
  });
  // Coming back with the back button: the form may be sent again. A page with words in it stays as it is.
  addEventListener("pageshow", (event) => {
    wake();
    if (event.persisted && ![...document.querySelectorAll("textarea, input")].some(typed)) location.reload();
  });

  // From 80 % of a field's length on, the number of letters left is shown.
  for (const area of document.querySelectorAll("[data-count], input[maxlength]")) {
    const most = Number(area.dataset.count || area.maxLength);
    const line = document.createElement("span");
    line.className = "count";
    line.setAttribute("role", "status");
    area.after(line);
    const say = () => {
      const left = most - area.value.length;
      line.textContent = area.value.length < most * 0.8 ? "" :
        left >= 0 ? `${left} letters left` : `${-left} letters too many`;
    };
    area.addEventListener("input", say);
    say();
  }

  // A message that is on its way can be taken back until it goes.
  for (const box of document.querySelectorAll("[data-goes-in]")) {
    setTimeout(() => {
      box.querySelector("form")?.remove();
      // Whether it went is known to the house alone.
      box.querySelector("b").textContent = "Its time has come.";
      const show = document.createElement("a");
      show.href = location.pathname;
      show.textContent = "Show it in the timeline";
      box.querySelector("p span").replaceChildren(show);
    }, 1000 * (Number(box.dataset.goesIn) + 2));
  }

  // Changing the audience with words in the box asks once.
  for (const tab of document.querySelectorAll(".composer .tabs a:not([aria-current])")) {
    tab.addEventListener("click", (event) => {
      const typed = tab.closest(".composer").querySelector("textarea")?.value;
      if (typed && !confirm("What you typed here stays behind. Change who reads it?")) event.preventDefault();
    });
  }

  // The link to an entry that stands in another part of the log leads there.
  const place = /^#e-(\d+)$/.exec(location.hash);
  const book = document.querySelector(".log[data-href]");
  if (place && book && !document.querySelector(place[0]) && !location.search.includes("at=")) {
    location.replace(`${book.dataset.href}?at=${place[1]}${location.hash}`);
  }

  // Keys on the desk: never while somebody types, each has a visible way too, and whoever switched them off has
  // none. `?` shows them.
  const find = (selector) => document.querySelector(selector);
  const rows = () => [...document.querySelectorAll("tbody tr:has(a[data-row])")];
  const here = () => rows().findIndex((row) => row.contains(document.activeElement));
  const step = (by) => {
    const all = rows();
    const at = here();
    all[at < 0 ? 0 : Math.min(Math.max(at + by, 0), all.length - 1)]?.querySelector("a[data-row]").focus();
  };
  const box = (row) => row?.querySelector("input[type=checkbox]");
  let last = -1;
  const tick = (range) => {
    const at = here();
    const one = box(rows()[at]);
    if (!one) return;
    one.checked = !one.checked;
    if (range && last >= 0) {
      rows().slice(Math.min(last, at), Math.max(last, at) + 1).forEach((row) => { box(row).checked = one.checked; });
    }
    last = at;
  };
  // What is folded opens, and its first field takes the focus; anything else is pressed.
  const press = (key) => {
    const at = find(`[data-key="${key}"]`);
    if (!at?.matches("summary")) { at?.click(); return; }
    at.parentElement.open = true;
    at.parentElement.querySelector("select, textarea, input:not([type=hidden])")?.focus();
  };
  const duplicate = () => {
    press("c");
    const outcome = find('[id="close.outcome"]');
    if (!outcome) return;
    outcome.value = "duplicate";
    find('[id="close.of"]')?.focus();
  };
  const take = () => {
    const one = box(rows()[here()]);
    if (!one) { press("a"); return; }
    one.checked = true;
    find("[data-take]")?.click();
  };
  const map = [
    ["j, k", "next and previous row"], ["o, Enter", "open it"], ["u", "up to the list"],
    ["x", "tick the row, with Shift from the last one to here"], ["a", "give it to me"], ["z", "undo"],
    ["e", "give it to somebody"], ["s", "set the severity"], ["c", "close the report"], ["d", "close it as a duplicate"],
    [".", "the first action"], ["[", "the parts of the case"], ["]", "its facts"],
    ["r", "write to the reporter"], ["t", "write to the team only"], ["n", "what is new since you looked"],
    ["/", "search"], ["g i", "inbox"], ["g m", "mine"], ["g d", "what is late"],
    ["Ctrl+Enter", "send what you typed"], ["?", "these keys"],
  ];
  const make = (name, text = "", kind = "") => {
    const made = document.createElement(name);
    made.textContent = text;
    if (kind) made.className = kind;
    return made;
  };
  const help = () => {
    let box = find("dialog.keys");
    if (!box) {
      box = make("dialog", "", "keys");
      const head = make("h2", "Keys");
      head.id = "keys-head";
      box.setAttribute("aria-labelledby", head.id);
      const list = make("dl");
      for (const [key, words] of map) {
        const term = make("dt");
        term.append(make("kbd", key));
        list.append(term, make("dd", words));
      }
      const off = make("a", "Switch them off");
      off.href = "/desk/views#keys";
      const close = make("button", "Close", "btn");
      close.addEventListener("click", () => box.close());
      const ways = make("p", "", "row");
      ways.append(close, off);
      box.append(head, list, ways);
      document.body.append(box);
    }
    box.showModal();
  };
  const go = { i: "/desk?state=open", m: "/desk?owner=me", d: "/desk?due=late" };
  const keys = {
    j: () => step(1),
    k: () => step(-1),
    o: () => rows()[here()]?.querySelector("a[data-row]").click(),
    x: () => tick(false),
    X: () => tick(true),
    a: take,
    "/": () => find("input[type=search]")?.focus(),
    u: () => find("a[data-up]")?.click(),
    d: duplicate,
    ".": () => find(".actions summary, .actions button")?.focus(),
    "[": () => find(".parts a")?.focus(),
    "]": () => find(".parts a[href='#facts']")?.click(),
    "?": help,
  };
  let after = -Infinity;
  const typing = (at) => at.closest?.("textarea,select,[contenteditable],input:not([type=checkbox],[type=radio])");
  if (document.body.classList.contains("desk")) {
    addEventListener("keydown", (event) => {
      const field = typing(event.target);
      if (event.ctrlKey && event.key === "Enter" && field?.form) {
        field.form.requestSubmit(field.form.querySelector("[data-send]"));
        return;
      }
      if (document.documentElement.dataset.keys === "off") return;
      if (field || event.ctrlKey || event.metaKey || event.altKey || find("dialog[open]")) return;
      const { key } = event;
      const led = performance.now() - after < 1500;
      after = -Infinity;
      if (led && key in go) { event.preventDefault(); location.assign(go[key]); return; }
      if (key === "g") { after = performance.now(); return; }
      if (key in keys) { event.preventDefault(); keys[key](); return; }
      if (/^[a-z]$/.test(key) && find(`[data-key="${key}"]`)) { event.preventDefault(); press(key); }
    });
  }
})();

// Comfort only: every page works without this file. No inline handlers, no storage, no eval.
"use strict";
(() => {
  // The error summary takes the focus, so that a screen reader starts with what is wrong.
  document.querySelector(".problem[tabindex]")?.focus();

  // A form is sent once: the button says so and rests. The hidden key makes a repeat harmless anyway.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    const button = event.submitter;
    if (!button || button.name) return;
    setTimeout(() => { button.disabled = true; button.textContent = "Sending…"; }, 0);
  });
  // Coming back with the back button: the form may be sent again.
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
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

  // Changing the audience with words in the box asks once.
  for (const tab of document.querySelectorAll(".composer .tabs a:not([aria-current])")) {
    tab.addEventListener("click", (event) => {
      const typed = tab.closest(".composer").querySelector("textarea")?.value;
      if (typed && !confirm("What you typed here stays behind. Change who reads it?")) event.preventDefault();
    });
  }

  // Keys on the desk: never while somebody types, each has a visible way too.
  const desk = document.body.classList.contains("desk");
  const rows = () => [...document.querySelectorAll("tbody tr a[data-row]")];
  const step = (by) => {
    const all = rows();
    const at = all.indexOf(document.activeElement);
    all[Math.min(Math.max(at + by, 0), all.length - 1)]?.focus();
  };
  const keys = {
    j: () => step(1),
    k: () => step(-1),
    "/": () => document.querySelector("input[type=search]")?.focus(),
    u: () => document.querySelector("a[data-up]")?.click(),
    r: () => document.querySelector("a[data-key=r]")?.click(),
    t: () => document.querySelector("a[data-key=t]")?.click(),
  };
  if (desk && document.documentElement.dataset.keys !== "off") {
    addEventListener("keydown", (event) => {
      const typing = event.target.closest?.("input,textarea,select,[contenteditable]");
      if (event.ctrlKey && event.key === "Enter" && typing?.form) { typing.form.requestSubmit(); return; }
      if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
      if (keys[event.key]) { event.preventDefault(); keys[event.key](); }
    });
  }
})();

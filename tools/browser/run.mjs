// The browser lane: the built binary in Chromium. `node tools/browser/run.mjs [WALK...]`; no argument runs all of
// script, noscript, looks, inbox, researchers, keyboard, cookies, bytes. Prints one line a check and "N passed, N failed"; status 1 on failure.
//
// LEEWARD_BINARY, LEEWARD_NPM (the folder with node_modules), LEEWARD_CHROMIUM, LEEWARD_SCREENSHOTS: see below and
// chromium.mjs for what they default to.

import { resolve } from "node:path";
import { note, summary, walk } from "./checks.mjs";
import { launch } from "./chromium.mjs";
import { bytesWalk } from "./bytes.mjs";
import { cookiesWalk } from "./cookies.mjs";
import { binary } from "./house.mjs";
import { looksWalk } from "./looks.mjs";
import { inboxWalk } from "./inbox.mjs";
import { keyboardWalk } from "./keyboard.mjs";
import { mainJob } from "./main_job.mjs";
import { researchersWalk } from "./researchers.mjs";
import { Tour } from "./tour.mjs";

const screenshots = resolve(process.env.LEEWARD_SCREENSHOTS ?? "target/screenshots");

const walks = {
  script: ["the main job, every page looked at", async (browser) => {
    const tour = new Tour(screenshots);
    await mainJob(browser, { script: true, tour });
    note(`${tour.size} pages looked at; screenshots are in ${screenshots}`);
  }],
  noscript: ["the main job without JavaScript", (browser) => mainJob(browser, { script: false })],
  looks: ["print, forced colours, themes, problems", async (browser) => {
    const tour = new Tour(screenshots);
    await looksWalk(browser, tour, screenshots);
    note(`${tour.size} pages looked at`);
  }],
  inbox: ["the inbox: views, many cases at once, keys", async (browser) => {
    const tour = new Tour(screenshots);
    await inboxWalk(browser, tour);
    note(`${tour.size} pages looked at`);
  }],
  researchers: ["researchers: links by mail, their account, the desk's side", async (browser) => {
    const tour = new Tour(screenshots);
    await researchersWalk(browser, tour);
    note(`${tour.size} pages looked at`);
  }],
  keyboard: ["by keyboard alone", keyboardWalk],
  cookies: ["cookies and https", cookiesWalk],
  bytes: ["bytes", bytesWalk],
};

const chosen = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(walks);
const unknown = chosen.filter((name) => !(name in walks));
if (unknown.length) {
  console.error(`no walk named ${unknown.join(", ")}; there are ${Object.keys(walks).join(", ")}`);
  process.exit(2);
}
const browser = await launch();
note(`Chromium ${browser.version()}, ${binary}`);
for (const name of chosen) await walk(walks[name][0], () => walks[name][1](browser));
await browser.close();
process.exit(summary() ? 0 : 1);

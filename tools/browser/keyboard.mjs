// The main job of a reporter and the first one of the desk by keyboard alone: Tab, Enter, Space and letters.

import { Authenticator } from "./authenticator.mjs";
import { check, same } from "./checks.mjs";
import { person } from "./chromium.mjs";
import { start } from "./house.mjs";
import { OWNER } from "./main_job.mjs";

const MOST = 150;

/** Runs it on a house of its own. */
export async function keyboardWalk(browser) {
  const house = await start("serve");
  try {
    const link = house.out.match(/http\S+\/desk\/set-up\/\S+/)[0];
    const reporter = await person(browser, "reporter by keyboard");
    const code = await reportByKeys(reporter.page, house);
    await returnByKeys(reporter.page, house, code);
    await reporter.settle();
    const desk = await person(browser, "desk by keyboard");
    await deskByKeys(desk.page, house, link);
    await desk.settle();
  } finally {
    await house.stop();
  }
}

async function reportByKeys(page, house) {
  await page.goto(`${house.base}/`);
  await page.keyboard.press("Tab");
  const skip = await page.evaluate(() => {
    const at = document.activeElement;
    return at.matches("a.skip") && at.getBoundingClientRect().top >= 0 ? at.getAttribute("href") : "";
  });
  same("the first Tab shows the skip link", skip, "#main");
  await page.keyboard.press("Enter");
  check("it leads to the content", await page.evaluate(() => document.activeElement?.id === "main"));
  await tabTo(page, 'main a[href$="/report"], main a.btn');
  await enter(page);
  if (!page.url().endsWith("/report")) {
    await tabTo(page, 'a[href$="/report"]');
    await enter(page);
  }
  await tabTo(page, "#title");
  await page.keyboard.type("Keys only");
  await enter(page);
  check("Enter in a field leads to the next page", (await page.locator("main").innerText()).includes("Page 2 of 4"));
  await tabTo(page, "button[name=step]");
  await enter(page);
  check("the summary of errors has the focus", await page.evaluate(() => document.activeElement?.classList.contains("problem")));
  await tabTo(page, '.problem a[href="#summary"]');
  await page.keyboard.press("Enter");
  check("its link leads into the field", await page.evaluate(() => document.activeElement?.id === "summary"));
  await page.keyboard.type("Everything here was typed.");
  await tabTo(page, "button[name=step]");
  await enter(page);
  await tabTo(page, "#severity");
  await page.keyboard.type("High");
  await tabTo(page, "button[name=step]");
  await enter(page);
  check("page 4 is reached", (await page.locator("main").innerText()).includes("Page 4 of 4"));
  await tabTo(page, "button[name=step]");
  await enter(page);
  same("the check page is reached", await page.locator("h1").innerText(), "Check your report");
  check("with the severity chosen by letters", (await page.locator("main").innerText()).includes("High"));
  await tabTo(page, "button[name=step][value=send]");
  await enter(page);
  return page.locator(".receipt .code").innerText();
}

async function returnByKeys(page, house, code) {
  await tabTo(page, 'a[href="/case"]');
  await enter(page);
  await tabTo(page, "#code");
  await page.keyboard.type(code.replace(/\s/g, ""));
  await enter(page);
  same("Enter in the field opens the report", new URL(page.url()).pathname, "/case/mine");
  await tabTo(page, "#message");
  await page.keyboard.type("One thing more.");
  await tabTo(page, 'form[action="/case/mine/messages"] button');
  await enter(page);
  check("a message is sent", (await page.locator(".log").innerText()).includes("One thing more."));
}

async function deskByKeys(page, house, link) {
  await page.goto(link);
  const app = new Authenticator(await page.locator(".mono").first().innerText());
  for (const [field, text] of [["#name", OWNER.name], ["#email", OWNER.email], ["#password", OWNER.password], ["#code", await app.next()]]) {
    await tabTo(page, field);
    await page.keyboard.type(text);
  }
  await tabTo(page, "form button.btn");
  await enter(page);
  await page.goto(`${house.base}/desk`);
  await tabTo(page, 'tbody a[href*="/desk/cases/"]');
  await enter(page);
  await tabTo(page, 'a[data-key="t"]');
  await enter(page);
  await tabTo(page, "#note");
  await page.keyboard.type("Seen by keyboard.");
  await tabTo(page, "button.btn.team");
  await enter(page);
  check("a team note is saved", (await page.locator(".entry.land").innerText()).includes("Seen by keyboard."));
  await tabTo(page, 'form[action$="/actions/triage"] button');
  await enter(page);
  check("the case is marked as valid", (await page.locator("#facts").innerText()).includes("Valid"));
  await closeByKeys(page);
  await page.goto(`${house.base}/desk?state=all`);
  await page.keyboard.press("j");
  check("j goes to the first row", await page.evaluate(() => document.activeElement?.closest("tbody tr") !== null));
}

async function closeByKeys(page) {
  await tabTo(page, 'details:has(form[action$="/actions/close"]) > summary');
  await page.keyboard.press("Enter");
  await tabTo(page, '[id="close.outcome"]');
  await page.keyboard.type("Info");
  await tabTo(page, '[id="close.reason"]');
  await page.keyboard.type("Known, and meant so.");
  await tabTo(page, 'form[action$="/actions/close"] button');
  await enter(page);
  check("the case is closed with a reason", (await page.locator("#facts").innerText()).includes("Informative"));
}

async function enter(page) {
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
}

/** Presses Tab until the focus is there; on the way every stop must show that it has the focus. */
async function tabTo(page, selector) {
  const unseen = new Set();
  for (let pressed = 0; pressed < MOST; pressed += 1) {
    await page.keyboard.press("Tab");
    const fault = await page.evaluate(focusFault);
    if (fault) unseen.add(fault);
    const there = await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector);
    if (there) {
      check(`Tab reaches ${selector}, the focus visible at each of ${pressed + 1} stops`, !unseen.size, [...unseen].join(", "));
      return;
    }
  }
  throw new Error(`${MOST} presses of Tab do not reach ${selector} on ${page.url()}`);
}

/** Runs in the page: empty when the focused element shows it and is on the screen. */
function focusFault() {
  const at = document.activeElement;
  if (!at || at === document.body) return "";
  const style = getComputedStyle(at);
  const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  const box = at.getBoundingClientRect();
  const inside = box.bottom > 0 && box.top < innerHeight && box.width > 0;
  const name = `${at.tagName.toLowerCase()}#${at.id || at.textContent.trim().slice(0, 20)}`;
  if (!ring) return `${name} without ring`;
  return inside ? "" : `${name} off the screen`;
}

// What the main job does not meet: print, forced colours, no fonts, the choice of a theme without script, a
// restricted case, a stale page, and the pages of problems. On the demo, which has cases of every kind.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { enterDemo } from "./bytes.mjs";
import { check, same } from "./checks.mjs";
import { person } from "./chromium.mjs";
import { start } from "./house.mjs";

const NOTE = "TEAMWORD seen on staging too";
const CASE = 'main a[href*="/desk/cases/"]';

/** Runs it; pages go through `tour`, PDFs and pictures of other media into `folder`. */
export async function looksWalk(browser, tour, folder) {
  mkdirSync(folder, { recursive: true });
  const house = await start("demo");
  try {
    const desk = await person(browser, "desk of the demo");
    await enterDemo(desk.page, house);
    await desk.page.locator(CASE).first().click();
    const address = desk.page.url().split("?")[0];
    await writeNote(desk.page, address);
    await printed(desk.page, join(folder, "case.pdf"));
    await forcedColours(desk.page, join(folder, "case-forced-colours.png"));
    await restricted(desk.page, address, tour);
    await stale(desk, address, tour);
    await desk.settle();
    await printedReceipt(browser, house, folder);
    await withoutFonts(browser, house, folder);
    await theme(browser, house, folder);
    await problems(browser, house, tour);
  } finally {
    await house.stop();
  }
}

async function writeNote(page, address) {
  await page.goto(`${address}?write=team`);
  await page.locator("#note").fill(NOTE);
  await page.getByRole("button", { name: "Save team note" }).click();
  await page.locator(".entry.land", { hasText: "TEAMWORD" }).waitFor();
}

/** Names of the elements that paper has no use for and that would be printed. */
function onPaper() {
  const seen = (e) => e.checkVisibility() && e.getBoundingClientRect().height > 0;
  const all = [...document.querySelectorAll("button, .btn, .top nav, .foot, .composer, .skip, input, textarea, select")];
  return all.filter(seen).map((e) => `${e.tagName.toLowerCase()}.${e.className} ${e.textContent.trim().slice(0, 20)}`);
}

async function printed(page, file) {
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  const left = await page.evaluate(onPaper);
  same("print of a case: no navigation, no button, no field", left.slice(0, 5).join("; "), "");
  const land = await page.locator(".entry.land", { hasText: "TEAMWORD" }).first().evaluate((e) => {
    const [own, before] = [getComputedStyle(e), getComputedStyle(e, "::before")];
    return { hatch: own.backgroundImage, exact: own.printColorAdjust, word: before.content };
  });
  check("the team's ground is hatched on paper", land.hatch.includes("gradient"), land.hatch);
  same("also where backgrounds are not printed otherwise", land.exact, "exact");
  same("and says so in words", land.word, '"TEAM ONLY"');
  const colours = await page.evaluate(() => [getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color].join(" on "));
  same("paper is white and ink is black, in the dark theme too", colours, "rgb(255, 255, 255) on rgb(0, 0, 0)");
  const pdf = await page.pdf({ path: file, format: "A4", preferCSSPageSize: true });
  check(`a PDF of ${pdf.length} bytes`, pdf.length > 5_000 && pdf.subarray(0, 5).toString() === "%PDF-");
  await page.emulateMedia({ media: null, colorScheme: null });
}

async function forcedColours(page, file) {
  await page.emulateMedia({ forcedColors: "active" });
  const bare = await page.evaluate(() => {
    const boxes = [...document.querySelectorAll(".btn, .entry, .banner, .composer, input:not([type=hidden]), textarea, select")];
    const open = boxes.filter((e) => e.checkVisibility() && !["Top", "Bottom"].some((side) => parseFloat(getComputedStyle(e)[`border${side}Width`]) > 0));
    return open.map((e) => `${e.tagName.toLowerCase()}.${e.className}`).filter((name) => !/fact|link/.test(name));
  });
  same("forced colours: every box keeps its border", [...new Set(bare)].join(", "), "");
  const bars = await page.evaluate(() => {
    const filled = document.querySelectorAll(".sev:not(.s0)").length;
    const inks = [...document.querySelectorAll(".sev i")].map((e) => getComputedStyle(e).backgroundColor);
    return filled === 0 || new Set(inks).size > 1;
  });
  check("forced colours: the bars of a severity still differ", bars);
  await page.screenshot({ path: file, fullPage: true });
  await page.emulateMedia({ forcedColors: null });
}

async function restricted(page, address, tour) {
  await page.goto(address);
  await page.locator("summary", { hasText: "Restrict to named people" }).click();
  await page.getByRole("button", { name: "Restrict to these" }).click();
  const banner = page.locator(".banner.restricted");
  await banner.waitFor();
  const look = await banner.evaluate((e) => [getComputedStyle(e).borderImageSource.includes("gradient"), e.textContent.trim().length > 10]);
  check("a restricted case says so in a dashed banner", look.every(Boolean), JSON.stringify(look));
  await tour.stop(page, "case-restricted");
}

async function stale(desk, address, tour) {
  await desk.page.goto(address);
  const other = await desk.context.newPage();
  await other.goto(address);
  const plain = 'form[action*="/actions/"]:not(details form) button';
  // Two different steps: the second is still possible after the first, and waits for a decision.
  await Promise.all([other.waitForNavigation(), other.locator(plain).first().click()]);
  await Promise.all([desk.page.waitForNavigation(), desk.page.locator(plain).last().click()]);
  same("who was slower reads that it changed", await desk.page.locator("h1").innerText(), "This changed since you looked");
  check("and is shown the way to the case as it is", await desk.page.locator("a[data-up]").first().isVisible());
  await tour.stop(desk.page, "case-stale");
  await other.close();
}

async function printedReceipt(browser, house, folder) {
  const reporter = await person(browser, "reporter with a printer");
  const sent = await reporter.context.request.post(`${house.base}/api/v1/programs/acme/reports`, {
    headers: { "idempotency-key": "to-be-printed" },
    data: { title: "For the printer", summary: "What I found.", body: "Steps." },
  });
  const { code } = await sent.json();
  await reporter.page.goto(`${house.base}/case`);
  await reporter.page.locator("#code").fill(code);
  await reporter.page.getByRole("button", { name: "Open my report" }).click();
  await reporter.page.waitForURL(/\/case\/mine/);
  await reporter.page.emulateMedia({ media: "print" });
  same("print of a report: no navigation, no button, no field", (await reporter.page.evaluate(onPaper)).slice(0, 5).join("; "), "");
  await reporter.page.pdf({ path: join(folder, "reporter.pdf"), format: "A4", preferCSSPageSize: true });
  await reporter.settle();
}

async function withoutFonts(browser, house, folder) {
  const context = await browser.newContext({ viewport: { width: 375, height: 812 }, locale: "en-GB" });
  await context.route("**/*.woff2", (route) => route.abort());
  const page = await context.newPage();
  for (const [name, path] of [["home", "/"], ["programme", "/programs/acme"], ["return-door", "/case"]]) {
    await page.goto(`${house.base}${path}`);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    same(`without our fonts ${path} still fits`, wide, 0);
    const loaded = await page.evaluate(() => [...document.fonts].filter((f) => f.status === "loaded" && !/Fallback/.test(f.family)).length);
    same(`and is set in the system's own faces`, loaded, 0);
    await page.screenshot({ path: join(folder, `no-fonts-${name}.png`), fullPage: true });
  }
  await context.close();
}

async function theme(browser, house, folder) {
  const visitor = await person(browser, "visitor who chooses, without script", { javaScriptEnabled: false, colorScheme: "light" });
  const ground = () => visitor.page.locator("body").evaluate((e) => getComputedStyle(e).backgroundColor);
  for (const [name, wanted] of [["Dark", "rgb(13, 23, 30)"], ["Light", "rgb(251, 252, 250)"]]) {
    await visitor.page.goto(`${house.base}/appearance`);
    await visitor.page.getByRole("button", { name, exact: true }).click();
    await visitor.page.goto(`${house.base}/`);
    same(`${name} is kept for the next page`, await ground(), wanted);
  }
  await visitor.page.emulateMedia({ colorScheme: "dark" });
  same("and stands against the system", await ground(), "rgb(251, 252, 250)");
  await visitor.page.goto(`${house.base}/appearance`);
  await visitor.page.screenshot({ path: join(folder, "appearance-chosen.png"), fullPage: true });
  await visitor.page.getByRole("button", { name: "As the system" }).click();
  await visitor.page.emulateMedia({ colorScheme: "dark" });
  same("as the system follows the system again", await ground(), "rgb(13, 23, 30)");
  const kept = (await visitor.context.cookies()).filter((c) => /theme/.test(c.name));
  same("and leaves no cookie of the choice", kept.length, 0);
  await visitor.settle();
}

/** Sends a form that is not on the page, as a browser does. */
async function send(page, action, fields) {
  await Promise.all([
    page.waitForNavigation({ waitUntil: "domcontentloaded" }),
    page.evaluate(([to, all]) => {
      const form = Object.assign(document.createElement("form"), { method: "post", action: to });
      for (const [name, value] of Object.entries(all)) {
        form.append(Object.assign(document.createElement("textarea"), { name, value, hidden: true }));
      }
      document.body.append(form);
      form.submit();
    }, [action, fields]),
  ]);
}

async function problems(browser, house, tour) {
  const visitor = await person(browser, "visitor who meets problems");
  const { page } = visitor;
  const stop = async (name, title) => {
    same(`${name}: its page`, await page.locator("h1").innerText(), title);
    check(`${name}: a way on`, await page.locator("main a.btn").first().isVisible());
    await tour.stop(page, name);
  };
  await page.goto(`${house.base}/nothing-here`);
  await stop("problem-404", "Nothing found here");
  await page.goto(`${house.base}/`);
  await send(page, "/how-we-prove", { a: "b" });
  await stop("problem-405", "This address does not take that method");
  await page.goto(`${house.base}/`);
  await send(page, "/case", { code: "x", "what-i-wrote": "Words of an hour" });
  await stop("problem-403", "This form is out of date");
  check("what was typed is given back", (await page.locator("textarea").inputValue()) === "Words of an hour");
  await page.goto(`${house.base}/`);
  await send(page, "/programs/acme/report", { title: "Words of an hour", summary: "A line of my report.\n".repeat(60_000) });
  check("what was read of it is given back", (await page.locator("textarea").first().inputValue()) === "Words of an hour");
  // A megabyte in one field would only make the looking slow.
  await page.locator("textarea").last().evaluate((e) => { e.value = e.value.slice(0, 400); });
  await stop("problem-413", "This is too large");
  for (let tries = 0; tries < 6; tries += 1) {
    await page.goto(`${house.base}/case`);
    await page.locator("#code").fill("0000-0000-0000-0000-0000-0000");
    await Promise.all([page.waitForNavigation(), page.getByRole("button", { name: "Open my report" }).click()]);
  }
  await stop("problem-429", "Too many requests");
  await visitor.settle();
}

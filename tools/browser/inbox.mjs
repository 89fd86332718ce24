// The inbox as a place to work in: a filter kept as a view, many cases at once with undo, the single keys and their
// switch; the same without script. On the demo, which has cases of every kind.

import { enterDemo } from "./bytes.mjs";
import { check, same } from "./checks.mjs";
import { person } from "./chromium.mjs";
import { start } from "./house.mjs";

const ROWS = "tbody tr:has(a[data-row])";

/** Runs it; pages go through `tour`. */
export async function inboxWalk(browser, tour) {
  const house = await start("demo");
  try {
    const desk = await person(browser, "desk at the inbox");
    await enterDemo(desk.page, house);
    await views(desk.page, house, tour);
    await bulk(desk.page, house, tour);
    await caseKeys(desk.page, house);
    await keys(desk.page, house, tour);
    await desk.settle();
  } finally {
    await house.stop();
  }
  // The demo lets one browser in.
  const other = await start("demo");
  try {
    const bare = await person(browser, "desk at the inbox, without script", { javaScriptEnabled: false });
    await enterDemo(bare.page, other);
    await bulk(bare.page, other);
    await bare.settle();
  } finally {
    await other.stop();
  }
}

const press = (page, name) => Promise.all([page.waitForNavigation(), page.getByRole("button", { name, exact: true }).click()]);

async function views(page, house, tour) {
  await page.goto(`${house.base}/desk?state=open`);
  check("due times say the exact instant", (await page.locator(`${ROWS} time[title]`).count()) > 0);
  check("what was not seen is marked", await page.locator(".fresh").first().isVisible());
  await page.selectOption("#sort", "severity");
  await press(page, "Show");
  same("the order stands in the head of its column", await page.locator("th[aria-sort]").innerText(), "Severity");
  await page.locator("summary", { hasText: "Keep this as a view" }).click();
  await page.locator("#name").fill("Worst first");
  await page.getByLabel("Open the desk with it").check();
  await tour.stop(page, "inbox-keep-view");
  await press(page, "Keep view");
  await page.goto(`${house.base}/desk`);
  const tab = page.locator(".views [aria-current]");
  check("the desk opens with the view", (await tab.innerText()).startsWith("Worst first"));
  check("and says how many cases it shows", Number(await tab.locator(".n").innerText()) > 0);
  await tour.stop(page, "inbox-view");
  await page.goto(`${house.base}/desk/views`);
  await page.locator("summary", { hasText: "Rename" }).click();
  await tour.stop(page, "inbox-views");
  await press(page, "Remove");
  check("and is gone again", await page.getByText("No views yet.").isVisible());
}

async function bulk(page, house, tour) {
  await page.goto(`${house.base}/desk?state=all`);
  const rows = page.locator(ROWS);
  const open = rows.filter({ hasText: "New" });
  const name = await open.first().locator(".mono").innerText();
  await open.first().locator("input[type=checkbox]").check();
  await rows.filter({ hasNot: page.locator("text=New") }).last().locator("input[type=checkbox]").check();
  await page.selectOption("#what", "close");
  await tour?.stop(page, "inbox-ticked");
  await press(page, "Go on");
  same("many at once: what is asked first", await page.locator("h1").innerText(), "Close");
  await tour?.stop(page, "bulk-ask");
  await page.selectOption("#outcome", "informative");
  await page.locator("#reason").fill("Known, and meant so.");
  await press(page, "Show what will happen");
  check("the plan names the case", (await page.locator(".deeds").last().innerText()).includes(name));
  await tour?.stop(page, "bulk-plan");
  await Promise.all([page.waitForNavigation(), page.locator("button.danger").click()]);
  check("it is done", (await page.locator(".banner.done").innerText()).includes("closed"));
  await tour?.stop(page, "bulk-done");
  await press(page, "Undo");
  same("and undone", await page.locator("h1").innerText(), "Undone");
  await tour?.stop(page, "bulk-undone");
  await page.goto(`${house.base}/desk/cases/${name}`);
  check("which is an event of its own", (await page.locator("#timeline").innerText()).includes("Close taken back"));
}

async function caseKeys(page, house) {
  await page.goto(`${house.base}/desk?state=open`);
  const row = page.locator(ROWS).filter({ hasText: "REP-" }).filter({ hasText: "New" }).first();
  await Promise.all([page.waitForNavigation(), row.locator("a[data-row]").click()]);
  const focused = () => page.evaluate(() => document.activeElement?.id ?? "");
  const press = async (key) => {
    await page.evaluate(() => document.activeElement.blur());
    await page.keyboard.press(key);
  };
  const within = (place) => page.evaluate((wanted) => document.activeElement?.closest(wanted) !== null, place);
  const forms = { s: "set-severity.severity", c: "close.outcome", d: "close.of", e: "assignee" };
  for (const [key, field] of Object.entries(forms)) {
    await press(key);
    same(`${key} opens a form and goes into it`, await focused(), field);
  }
  same("d has picked the outcome", await page.locator('[id="close.outcome"]').inputValue(), "duplicate");
  await page.keyboard.press("c");
  same("none of them acts in a field", await focused(), "assignee");
  await press(".");
  check(". goes to the first action", await within(".actions"));
  await press("[");
  check("[ goes to the parts", await within(".parts"));
  await press("]");
  same("] leads to the facts", new URL(page.url()).hash, "#facts");
  await page.keyboard.press("Tab");
  check("where Tab goes on", await within("#facts"));
}

async function keys(page, house, tour) {
  await page.goto(`${house.base}/desk?state=open`);
  const at = () => page.evaluate(() => document.activeElement?.closest("tr")?.querySelector(".mono")?.textContent ?? "");
  const all = await page.locator(`${ROWS} .mono`).allInnerTexts();
  await page.keyboard.press("j");
  same("j goes to the first row", await at(), all[0]);
  await page.keyboard.press("j");
  await page.keyboard.press("k");
  await page.keyboard.press("x");
  same("x ticks it", await page.locator(`${ROWS} input:checked`).count(), 1);
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("Shift+X");
  same("Shift and x tick the rows between", await page.locator(`${ROWS} input:checked`).count(), 3);
  await page.keyboard.press("?");
  const box = page.locator("dialog.keys");
  check("? shows the keys", await box.isVisible());
  await page.keyboard.press("j");
  check("none acts behind the dialog", await box.isVisible());
  await page.keyboard.press("Escape");
  await box.waitFor({ state: "hidden", timeout: 5000 }).catch(() => {});
  check("Escape closes it", !(await box.isVisible()));
  await page.keyboard.press("?");
  await tour.stop(page, "keys");
  await page.getByRole("button", { name: "Close", exact: true }).click();
  check("and so does its button", !(await box.isVisible()));
  await page.keyboard.press("/");
  await page.keyboard.type("jkxa?");
  same("none acts while somebody types", await page.locator("#q").inputValue(), "jkxa?");
  await page.locator("h1").focus().catch(() => {});
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press("g");
  await Promise.all([page.waitForNavigation(), page.keyboard.press("m")]);
  check("g m leads to one's own", page.url().includes("owner=me"));
  await page.goto(`${house.base}/desk?state=open`);
  await page.keyboard.press("j");
  await Promise.all([page.waitForNavigation(), page.keyboard.press("a")]);
  same("a asks to give the case to oneself", await page.locator("h1").innerText(), "Give to me");
  await page.goto(`${house.base}/desk/views`);
  await press(page, "Switch single keys off");
  await page.goto(`${house.base}/desk?state=open`);
  await page.keyboard.press("j");
  same("switched off, no key does anything", await at(), "");
  await page.goto(`${house.base}/desk/views`);
  await press(page, "Switch single keys on");
}

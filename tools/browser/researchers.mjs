// A researcher with an account: the link in the mail, a report in the account, another brought in by its code, the
// profile; what the desk sees of them, and a bar; a second factor, lost and taken off; accounts erased by their owner and by
// the desk. On the demo, whose desk is set up; without script at the end.

import { Authenticator } from "./authenticator.mjs";
import { enterDemo } from "./bytes.mjs";
import { check, same } from "./checks.mjs";
import { person } from "./chromium.mjs";
import { start } from "./house.mjs";
import { letterbox } from "./letterbox.mjs";

const ADDRESS = "quietharbour@there.example";
const SECOND = "secondharbour@there.example";
const TITLE = "A session survives signing out";
const press = (page, name) =>
  Promise.all([page.waitForNavigation(), page.getByRole("button", { name, exact: true }).first().click()]);
const follow = (page, name) =>
  Promise.all([page.waitForNavigation(), page.getByRole("link", { name, exact: true }).first().click()]);
const heading = (page) => page.locator("h1").first().innerText();

/** Runs it; pages go through `tour`. */
export async function researchersWalk(browser, tour) {
  const box = await letterbox();
  const env = {
    LEEWARD__MAIL__SMTP: `smtp://127.0.0.1:${box.port}`,
    LEEWARD__MAIL__ALLOW_PLAIN: "true",
    LEEWARD__MAIL__FROM: "desk@leeward.example",
  };
  const house = await start("demo", { env });
  try {
    const look = (page, name) => tour.stop(page, name);
    const mine = await person(browser, "researcher");
    await signIn(mine.page, house, box, look);
    await profile(mine.page, house, look);
    const name = await report(mine.page, house, look);
    await bring(browser, mine.page, house, look);
    const desk = await person(browser, "desk beside the researcher");
    await enterDemo(desk.page, house);
    await seen(desk.page, house, name, look);
    await barred(desk.page, mine.page, house, look);
    await otherBrowser(browser, house, box, look);
    const bare = await person(browser, "researcher without script", { javaScriptEnabled: false });
    await signIn(bare.page, house, box);
    same("without script: the reports are there", await bare.page.getByText(TITLE).count(), 1);
    await again(mine.page, house, box, look);
    await secondFactor(browser, mine.page, house, box, look);
    await takenOff(desk.page, mine.page, house, look);
    await again(mine.page, house, box);
    await erase(mine.page, house, look);
    await erasedByDesk(browser, desk.page, house, box, look);
    for (const one of [mine, desk, bare]) await one.settle();
  } finally {
    await house.stop();
    await box.stop();
  }
}

/** The next link in the mail; letters without one are passed over. */
async function link(box, address = ADDRESS) {
  for (;;) {
    const found = (await box.next(address)).text.match(/\/me\/link\/[a-z2-7]+/);
    if (found) return found[0];
  }
}

async function signIn(page, house, box, look = async () => {}, address = ADDRESS) {
  await page.goto(`${house.base}/me`);
  same("who is not signed in types an address", await heading(page), "Sign in to your reports");
  await look(page, "me-sign-in");
  await press(page, "Send me a link");
  await look(page, "me-sign-in-errors");
  await page.getByLabel("E-mail address").fill(address);
  await press(page, "Send me a link");
  same("one answer for everybody", await heading(page), "Look into your mail");
  await look(page, "me-asked");
  await page.goto(`${house.base}${await link(box, address)}`);
  same("the link shows a button", await heading(page), "Sign in to your reports");
  await look(page, "me-link");
  await press(page, "Sign in");
  same("and the button lets in", await heading(page), "Your reports");
  await look(page, "me-reports-none");
}

async function profile(page, house, look) {
  await page.goto(`${house.base}/me/account`);
  await page.locator("#credit").fill("quietharbour");
  await page.locator("#links").fill("not a page");
  await press(page, "Save");
  check("what was typed is kept", (await page.locator("#credit").inputValue()) === "quietharbour");
  await look(page, "me-account-errors");
  await page.locator("#links").fill("https://quietharbour.example");
  await press(page, "Save");
  await look(page, "me-account");
  await page.goto(`${house.base}/me/account/erase`);
  await look(page, "me-erase");
}

async function report(page, house, look) {
  await page.goto(`${house.base}/`);
  await page.locator("main").getByRole("link").first().click();
  await page.getByRole("link", { name: /^Report/ }).first().click();
  await page.locator("#title").fill(TITLE);
  await press(page, "Continue");
  await page.locator("#summary").fill("The session goes on after signing out.");
  for (let turns = 0; turns < 3; turns += 1) await press(page, "Continue");
  check("the check page names the account", await page.getByText("You are signed in as").isVisible());
  await look(page, "report-check-signed-in");
  await press(page, "Send report");
  await look(page, "report-sent-in-account");
  await page.getByRole("link", { name: "Open your report" }).first().click();
  same("it opens without a code", await heading(page), TITLE);
  await look(page, "me-report");
  await page.goto(`${house.base}/me`);
  await look(page, "me-reports");
  return page.locator("ul.mine .mono").first().innerText();
}

/** A report of the nameless, whose code is brought into the account. */
async function bring(browser, page, house, look) {
  const other = await person(browser, "the nameless");
  const form = other.page;
  await form.goto(`${house.base}/`);
  await form.locator("main").getByRole("link").first().click();
  await form.getByRole("link", { name: /^Report/ }).first().click();
  await form.locator("#title").fill("Another finding");
  await press(form, "Continue");
  await form.locator("#summary").fill("It is there.");
  for (let turns = 0; turns < 3; turns += 1) await press(form, "Continue");
  await press(form, "Send report");
  const code = await form.locator("[data-code]").getAttribute("data-code");
  await other.settle();
  await page.locator("#code").fill("no code");
  await press(page, "Take it into my account");
  check("a wrong code says no more", await page.getByText("No report has this code").first().isVisible());
  await look(page, "me-reports-errors");
  await page.locator("#code").fill(code);
  await press(page, "Take it into my account");
  same("the report stands in the account", await heading(page), "Another finding");
}

async function seen(page, house, name, look) {
  await page.goto(`${house.base}/desk/cases/${name}`);
  check("the case says who reported, in italic", await page.locator("#facts i", { hasText: "quietharbour" }).isVisible());
  await look(page, "case-with-account");
  await page.goto(`${house.base}/desk/cases/${name}/people`);
  await look(page, "people-of-case-with-account");
  await page.goto(`${house.base}/desk/researchers`);
  await page.getByLabel("E-mail address").fill("else@there.example");
  await press(page, "Find");
  await look(page, "researchers-not-found");
  await page.getByLabel("E-mail address").fill(ADDRESS);
  await press(page, "Find");
  same("search leads to their page", await heading(page), "quietharbour");
  await look(page, "researcher");
}

async function barred(desk, page, house, look) {
  await desk.locator("summary", { hasText: "Take no new reports" }).click();
  await desk.locator("#days").fill("30");
  await press(desk, "Take no new reports");
  await look(desk, "researcher-bar-errors");
  await desk.locator("#reason").fill("Three reports threatened people who work here.");
  await press(desk, "Take no new reports");
  await look(desk, "researcher-barred");
  await desk.goto(`${house.base}/desk/researchers`);
  await look(desk, "researchers");
  await page.goto(`${house.base}/me`);
  await look(page, "me-reports-barred");
  await page.goto(`${house.base}/`);
  await page.locator("main").getByRole("link").first().click();
  await Promise.all([page.waitForNavigation(), page.getByRole("link", { name: /^Report/ }).first().click()]);
  check("the form says it before anything is typed", await page.getByText("We take no new reports from you").isVisible());
  await look(page, "report-barred");
}

/** A link that is opened where nobody asked for it. */
async function otherBrowser(browser, house, box, look) {
  const asking = await person(browser, "who asks");
  await asking.page.goto(`${house.base}/me/sign-in`);
  await asking.page.getByLabel("E-mail address").fill(ADDRESS);
  await press(asking.page, "Send me a link");
  const opening = await person(browser, "who opens it elsewhere");
  await opening.page.goto(`${house.base}${await link(box)}`);
  same("another browser is asked once more", await heading(opening.page), "Is this you?");
  await look(opening.page, "me-link-elsewhere");
  await press(opening.page, "Yes, sign me in here");
  same("and may", await heading(opening.page), "Your reports");
  await opening.page.reload();
  await asking.settle();
  await opening.settle();
}

/** Another link for somebody who is signed in: an erasure asks for one that is younger than ten minutes. */
async function again(page, house, box, look = async () => {}) {
  await page.goto(`${house.base}/me/sign-in`);
  await look(page, "me-sign-in-again");
  await page.getByLabel("E-mail address").fill(ADDRESS);
  await press(page, "Send me a link");
  await page.goto(`${house.base}${await link(box)}`);
  await press(page, "Sign in");
}

async function erase(page, house, look) {
  await page.goto(`${house.base}/me/account/erase`);
  await page.getByLabel("Type your address to confirm").fill(ADDRESS);
  await press(page, "Erase my account for good");
  same("the account is gone", await heading(page), "Your account is erased");
  await look(page, "me-erased");
}

/** An authenticator app, and a sign-in elsewhere that asks for its code. */
async function secondFactor(browser, page, house, box, look) {
  await page.goto(`${house.base}/me/account/second-factor`);
  same("an authenticator is offered", await heading(page), "Add a second factor");
  await look(page, "me-second-factor");
  const app = new Authenticator(await page.locator("main p .mono").first().innerText());
  await page.locator("#code").fill("000000");
  await press(page, "Use this authenticator");
  check("a wrong code is said", await page.getByText("This is not the code your app shows now").first().isVisible());
  await look(page, "me-second-factor-errors");
  await page.locator("#code").fill(await app.next());
  await press(page, "Use this authenticator");
  same("recovery codes are shown once", await page.locator("main ol.mono li").count(), 10);
  const recovery = await page.locator("main ol.mono li").first().innerText();
  await look(page, "me-recovery-codes");
  await follow(page, "Go back to your account");
  await look(page, "me-account-with-factor");
  await page.goto(`${house.base}/me/account/second-factor`);
  same("the same page changes it", await heading(page), "Your second factor");
  await look(page, "me-second-factor-set");
  const other = await person(browser, "the researcher elsewhere");
  await other.page.goto(`${house.base}/me/sign-in`);
  await other.page.getByLabel("E-mail address").fill(ADDRESS);
  await press(other.page, "Send me a link");
  await other.page.goto(`${house.base}${await link(box)}`);
  await look(other.page, "me-link-code");
  await other.page.locator("#code").fill(app.again());
  await press(other.page, "Sign in");
  check("a code works once", await other.page.getByText("Your link is still good").first().isVisible());
  await look(other.page, "me-link-code-errors");
  await other.page.locator("#code").fill(recovery);
  await press(other.page, "Sign in");
  same("a recovery code stands in", await heading(other.page), "Your reports");
  await other.settle();
}

/** The page of a researcher, found by their address. */
async function find(desk, house, address) {
  await desk.goto(`${house.base}/desk/researchers`);
  await desk.getByLabel("E-mail address").fill(address);
  await press(desk, "Find");
}

async function takenOff(desk, page, house, look) {
  await find(desk, house, ADDRESS);
  await look(desk, "researcher-with-factor");
  await follow(desk, "Take the second factor off");
  await press(desk, "Take the second factor off");
  await look(desk, "researcher-second-factor-errors");
  await desk.locator("#reason").fill("They told the time of their first report.");
  await press(desk, "Take the second factor off");
  check("the desk took it off", await desk.getByText("By a link in their mail alone").isVisible());
  await page.goto(`${house.base}/me`);
  same("and their sessions ended", await heading(page), "Sign in to your reports");
}

async function erasedByDesk(browser, desk, house, box, look) {
  const second = await person(browser, "a second researcher");
  await signIn(second.page, house, box, undefined, SECOND);
  await find(desk, house, SECOND);
  await follow(desk, "Erase this account");
  await look(desk, "researcher-erase");
  await press(desk, "Erase this account for good");
  await look(desk, "researcher-erase-errors");
  await desk.locator("#reason").fill("They asked for it by mail.");
  await desk.locator("#confirm").fill(SECOND);
  await press(desk, "Erase this account for good");
  check("the list says so", desk.url().endsWith("/desk/erasures"));
  await second.page.goto(`${house.base}/me`);
  same("nobody is signed in to it", await heading(second.page), "Sign in to your reports");
  for (;;) {
    if ((await box.next(SECOND)).text.includes("account was erased")) break;
  }
  await second.settle();
}

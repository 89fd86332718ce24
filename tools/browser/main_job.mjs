// The main job, from an empty house: somebody without a name reports, the desk answers and closes, they read it.
// The same steps run with JavaScript and without.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Authenticator } from "./authenticator.mjs";
import { check, note, same } from "./checks.mjs";
import { person } from "./chromium.mjs";
import { run, start } from "./house.mjs";
import { casePeoplePages } from "./case_people.mjs";
import { composingPages } from "./composing.mjs";
import { erasingPages } from "./erasing.mjs";
import { appealPages, decidedAppeal, splitPages } from "./links.mjs";
import { peoplePages } from "./people.mjs";
import { programmePages } from "./programmes.mjs";
import { stockPages } from "./stock.mjs";
import { settingsPages } from "./settings.mjs";

export const OWNER = { name: "Ines Okafor", email: "ines@leeward.example", password: "a harbour in the lee of the hill" };
const NOTE = "TEAMWORD the staging gateway shows it too";
const QUESTION = "Which version of the client did you use?";
const ANSWER = "Version 3.2, from your own page.";
const REASON = "We could not see it with 3.3, where this was mended last week.";
const REPORT = {
  title: "Old refresh token works after a change of password",
  summary: "After I change my password, the old refresh token still gives me a new access token.",
  steps: "1. Sign in and keep the refresh token.\n2. Change the password.\n3. Use the token.",
};

const main = (page) => page.locator("main");
const press = (page, name) => page.getByRole("button", { name, exact: true }).and(page.locator("button")).click();
const heading = (page) => page.locator("h1").first().innerText();

/** Walks it whole. `tour`, when given, looks at every page on the way. */
export async function mainJob(browser, { script, tour }) {
  const look = async (page, name) => { if (tour) await tour.stop(page, name); };
  const word = script ? "with script" : "without script";
  const house = await start("serve");
  try {
    const link = house.out.match(/http\S+\/desk\/set-up\/\S+/)?.[0];
    check(`${word}: the first start prints a set-up link`, link, house.out);
    const reporter = await person(browser, `reporter ${word}`, { javaScriptEnabled: script });
    const sent = await report(reporter.page, house, look);
    await comeBack(reporter.page, house, sent, look);
    const desk = await person(browser, `desk ${word}`, { javaScriptEnabled: script });
    const app = await setUp(desk.page, link, look);
    await ask(desk.page, house, sent, look);
    await answer(reporter.page, house, look);
    const part = await splitPages({ reporter: reporter.page, desk: desk.page }, house, sent, look);
    await decide(desk.page, house, sent, look);
    await casePeoplePages(desk.page, house, sent, look);
    await stockPages(desk.page, house, sent, look);
    await programmePages(desk.page, house, sent, look);
    await composingPages(desk.page, house, sent, { look, script });
    await appealPages({ reporter: reporter.page, desk: desk.page }, house, sent, look);
    const colleague = await person(browser, `colleague ${word}`, { javaScriptEnabled: script });
    await decidedAppeal({ reporter: reporter.page, desk: desk.page, colleague: colleague.page }, house, part, look);
    await colleague.settle();
    await read(reporter.page, house, sent, look);
    await otherPages(desk.page, house, look);
    await erasingPages(desk.page, house, sent, look);
    await erasedForReporter(reporter.page, house, sent, look);
    await signInAgain(desk.page, house, app, look);
    await reporter.settle();
    await desk.settle();
  } finally {
    await house.stop();
  }
}

async function report(page, house, look) {
  await page.goto(`${house.base}/`);
  await look(page, "home");
  await main(page).getByRole("link", { name: "Vulnerability reports", exact: true }).click();
  await look(page, "programme");
  await page.getByRole("link", { name: "Report a weakness" }).click();
  await look(page, "report-1");
  await page.getByLabel("Which product or address?").fill("gateway.leeward.example");
  await press(page, "Continue");
  await refusedForm(page, "title");
  same("what was typed is kept", await page.getByLabel("Which product or address?").inputValue(), "gateway.leeward.example");
  await look(page, "report-1-errors");
  await page.locator("#title").fill(REPORT.title);
  await turn(page, 2);
  await look(page, "report-2");
  await page.locator("#steps").fill(REPORT.steps);
  await press(page, "Continue");
  await refusedForm(page, "summary");
  same("the steps are kept", await page.locator("#steps").inputValue(), REPORT.steps);
  await page.locator("#summary").fill(REPORT.summary);
  await turn(page, 3);
  await page.locator("input[type=file]").setInputFiles({ name: "proof.txt", mimeType: "text/plain", buffer: Buffer.from("curl -v") });
  await saveAndReturn(page, house, look);
  await turn(page, 4);
  await look(page, "report-4");
  await press(page, "Continue");
  same("the check page comes before anything is sent", await heading(page), "Check your report");
  const shown = await main(page).innerText();
  check("it shows every word and the file", [...Object.values(REPORT), "proof.txt"].every((w) => shown.includes(w.split("\n")[0])), shown);
  await look(page, "report-check");
  await page.getByRole("button", { name: "Change: In one line" }).click();
  await page.waitForLoadState();
  same("Change leads to the page of the field", await page.locator("#title").inputValue(), REPORT.title);
  await press(page, "Continue");
  same("and back to the check page", await heading(page), "Check your report");
  await press(page, "Send report");
  const code = await page.locator(".receipt .code").innerText();
  check("the receipt shows a code of six groups", /^([0-9A-HJKMNP-TV-Z]{4}-){5}[0-9A-HJKMNP-TV-Z]{4}$/.test(code.replace(/\s/g, "")), code);
  const number = (await page.locator(".receipt").innerText()).match(/REP-\d+/)?.[0];
  check("and the number of the case", number);
  check("the code is in no address", !page.url().includes(code.slice(0, 4)));
  await look(page, "report-sent");
  const file = await downloaded(page, () => press(page, "Download receipt"));
  check("the receipt can be downloaded there", JSON.parse(file), file);
  return { code: code.replace(/\s/g, ""), number, title: REPORT.title };
}

async function turn(page, number) {
  await press(page, "Continue");
  check(`page ${number} says so`, (await main(page).innerText()).includes(`Page ${number} of 4`));
  check(`and in its title`, (await page.title()).includes(`Page ${number} of 4`), await page.title());
}

/** Saves on page 3 and opens it again with the code, from the page of the programme. */
async function saveAndReturn(page, house, look) {
  await press(page, "Save and come back later");
  same("the report is saved", await heading(page), "Your report is saved");
  await look(page, "report-saved");
  const code = (await page.locator(".receipt .code").innerText()).replace(/\s/g, "");
  check("the code is in no address", !page.url().includes(code.slice(0, 4)));
  await page.goto(`${house.base}/programs/main`);
  await page.getByRole("link", { name: "Go on with a report you saved" }).click();
  await page.getByLabel("Your code").fill("0000-0000-0000-0000-0000-0000");
  await press(page, "Open my saved report");
  await refusedForm(page, "code");
  await look(page, "report-saved-door");
  await page.getByLabel("Your code").fill(code.toLowerCase());
  await press(page, "Open my saved report");
  check("it opens where it was", (await main(page).innerText()).includes("Page 3 of 4"));
  check("with its file", (await main(page).innerText()).includes("proof.txt"));
  check("the code is not shown again", !(await page.content()).includes(code));
  await look(page, "report-3");
}

async function refusedForm(page, wanted) {
  check("a page with something missing is refused with a summary", await page.locator(".problem h2").isVisible());
  check("the title of the page says Error", (await page.title()).startsWith("Error:"), await page.title());
  check("the summary has the focus", await page.evaluate(() => document.activeElement?.classList.contains("problem")));
  const named = [];
  for (const link of await page.locator(".problem a").all()) {
    const field = (await link.getAttribute("href")).slice(1);
    named.push(field);
    const words = await link.innerText();
    same(`the same words stand beside ${field}`, await page.locator(`[id="${field}-error"]`).innerText(), words);
    const described = await page.locator(`[id="${field}"]`).getAttribute("aria-describedby");
    check(`${field} is described by them`, described?.split(" ").includes(`${field}-error`), described);
  }
  check(`${wanted} is named`, named.includes(wanted), named.join(" "));
}

async function downloaded(page, press) {
  const [download] = await Promise.all([page.waitForEvent("download"), press()]);
  const stream = await download.createReadStream();
  const parts = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts).toString("utf8");
}

async function comeBack(page, house, sent, look) {
  await page.goto(`${house.base}/case`);
  await look(page, "return-door");
  await page.getByLabel("Your code").fill("0000-0000-0000-0000-0000-0000");
  await press(page, "Open my report");
  check("a wrong code is refused in words", await page.locator(".problem").isVisible());
  await look(page, "return-door-errors");
  await page.getByLabel("Your code").fill(` ${sent.code.toLowerCase().replaceAll("-", " ")} `);
  await press(page, "Open my report");
  same("the code opens the report, in small letters and with spaces", new URL(page.url()).pathname, "/case/mine");
  same("the report has its title", await heading(page), REPORT.title);
  const cookies = await page.context().cookies();
  const mine = cookies.find((c) => c.name === "leeward-case");
  check("its cookie: host-only, HttpOnly, SameSite=Strict, path /", mine && mine.httpOnly && mine.sameSite === "Strict" && mine.path === "/" && !mine.domain.startsWith(".") && mine.expires === -1, JSON.stringify(mine));
  await look(page, "reporter-new");
}

async function setUp(page, link, look) {
  await page.goto(link);
  await look(page, "set-up");
  const app = new Authenticator(await page.locator(".mono").first().innerText());
  await page.getByLabel("Your name").fill(OWNER.name);
  await page.getByLabel("E-mail address").fill(OWNER.email);
  await page.getByLabel("Password").fill("short");
  await page.locator("#code").fill("000000");
  await press(page, "Make my account");
  check("a short password is refused", await page.locator(".problem").isVisible());
  same("the e-mail address is kept", await page.getByLabel("E-mail address").inputValue(), OWNER.email);
  await look(page, "set-up-errors");
  await page.getByLabel("Password").fill(OWNER.password);
  await page.locator("#code").fill(await app.next());
  await press(page, "Make my account");
  same("then come the recovery codes", await heading(page), "Your recovery codes");
  const cookie = (await page.context().cookies()).find((c) => c.name === "leeward-desk");
  check("the desk's cookie: host-only, HttpOnly, SameSite=Lax, path /", cookie && cookie.httpOnly && cookie.sameSite === "Lax" && cookie.path === "/" && !cookie.domain.startsWith("."), JSON.stringify(cookie));
  await look(page, "recovery-codes");
  await page.getByRole("link", { name: "Go on to the recovery words" }).click();
  await look(page, "recovery-explained");
  await press(page, "Show the words");
  const words = await page.locator("ol.mono li").allInnerTexts();
  same("there are 24 recovery words", words.length, 24);
  await look(page, "recovery-words");
  const places = await page.locator("form label").allInnerTexts();
  await page.locator("#first").fill(words[Number(places[0].match(/\d+/)[0]) - 1]);
  await page.locator("#second").fill("wrong");
  await press(page, "I have written them down");
  check("a wrong word is refused", await page.locator(".problem").isVisible());
  check("and the words are not shown again", (await page.locator("ol.mono li").count()) === 0);
  await look(page, "recovery-words-errors");
  await page.locator("#second").fill(words[Number(places[1].match(/\d+/)[0]) - 1]);
  await press(page, "I have written them down");
  same("two words confirm the paper", new URL(page.url()).pathname, "/desk");
  return app;
}

async function ask(page, house, sent, look) {
  check("the inbox shows the case", (await main(page).innerText()).includes(REPORT.title));
  await look(page, "inbox-one");
  await page.getByRole("link", { name: sent.number }).click();
  same("the case has its title", await heading(page), REPORT.title);
  const shown = await main(page).innerText();
  check("it shows what was written and the file", shown.includes(REPORT.summary) && shown.includes("proof.txt"), shown);
  await look(page, "case-new");
  await page.locator("summary", { hasText: "Ask the reporter" }).click();
  await press(page, "Ask the reporter");
  check("an empty question is refused", await page.locator(".problem").isVisible());
  await look(page, "case-errors");
  await page.locator('[id="ask.text"]').fill(QUESTION);
  await press(page, "Ask the reporter");
  check("the question stands on the case", (await page.locator(".entry.water").allInnerTexts()).some((t) => t.includes(QUESTION)));
  check("the case waits for the reporter", (await page.locator("#facts").innerText()).includes("Waiting for them"));
  await look(page, "case-waiting");
}

async function answer(page, house, look) {
  await page.goto(`${house.base}/case/mine`);
  check("the reporter reads the question", (await main(page).innerText()).includes(QUESTION));
  await look(page, "reporter-asked");
  await page.locator("#message").fill(ANSWER);
  await press(page, "Send answer");
  check("the answer stands in the conversation", (await page.locator(".log").innerText()).includes(ANSWER));
  await page.locator("input[type=file]").setInputFiles([
    { name: "trace.log", mimeType: "text/plain", buffer: Buffer.from("GET / 200") },
    { name: "shot.png", mimeType: "image/png", buffer: await page.screenshot() },
  ]);
  await press(page, "Add files");
  check("a file can be added", (await main(page).innerText()).includes("trace.log"));
  await look(page, "reporter-answered");
}

async function decide(page, house, sent, look) {
  await page.goto(`${house.base}/desk/cases/${sent.number}`);
  const shown = await main(page).innerText();
  check("the desk reads the answer and has the file", shown.includes(ANSWER) && shown.includes("trace.log"));
  check("it no longer waits", !(await page.locator("#facts").innerText()).includes("Waiting for them"));
  await page.getByRole("link", { name: "Team only" }).click();
  check("the composer stands on land", await page.locator("section.composer.land").isVisible());
  await look(page, "case-composer-team");
  await page.locator("#note").fill(NOTE);
  await press(page, "Save team note");
  check("the note stands on land", (await page.locator(".entry.land").allInnerTexts()).some((t) => t.includes("TEAMWORD")));
  check("and nowhere on water", !(await page.locator(".entry.water").allInnerTexts()).some((t) => t.includes("TEAMWORD")));
  await look(page, "case-note");
  await page.getByRole("link", { name: /^Reply to/ }).click();
  check("a reply is written on water", await page.locator("section.composer.outside").isVisible());
  await look(page, "case-composer-outside");
  await press(page, "Mark as valid");
  check("the case is valid", (await page.locator("#facts").innerText()).includes("Valid"));
  await page.locator("summary", { hasText: "Close report" }).click();
  await look(page, "case-closing");
  await page.locator('[id="close.outcome"]').selectOption({ label: "Not reproducible" });
  await page.locator('[id="close.reason"]').fill(REASON);
  await Promise.all([page.waitForNavigation(), press(page, "Close report")]);
  check("the case is closed", (await page.locator("#facts").innerText()).includes("Not reproducible"));
  await look(page, "case-closed");
  await page.goto(`${house.base}/desk`);
  await look(page, "inbox-empty");
}

async function read(page, house, sent, look) {
  await page.goto(`${house.base}/case/mine`);
  const shown = await main(page).innerText();
  check("the reporter reads the state", /not (be )?reproduc|could not see/i.test(shown), shown);
  check("and the reason", shown.includes(REASON), shown);
  const html = await page.content();
  check("no team note in the reporter's page", !html.includes("TEAMWORD"));
  check("no class land there", (await page.locator(".land").count()) === 0 && !/class="[^"]*\bland\b/.test(html));
  check("no name of a colleague there", !html.includes(OWNER.name) && !html.includes(OWNER.email));
  await look(page, "reporter-closed");
  await verifyReceipt(page, house, sent);
  await press(page, "Leave safely");
  same("leaving says so", await heading(page), "You have left");
  await look(page, "left");
  const answer = await page.goto(`${house.base}/case/mine`);
  check("and the report is closed to this browser", !(await page.content()).includes(REPORT.title), String(answer.status()));
  await look(page, "reporter-outside");
}

async function verifyReceipt(page, house, sent) {
  const keys = await (await page.context().request.get(`${house.base}/api/v1/log/key`)).text();
  const keyFile = join(house.data, "log.key");
  const file = join(house.data, `${sent.number}.receipt.json`);
  writeFileSync(keyFile, keys);
  let verdict = { status: -1 };
  // The receipt is pending until the next checkpoint.
  for (let tries = 0; tries < 20 && verdict.status !== 0; tries += 1) {
    if (tries) await new Promise((resolve) => setTimeout(resolve, 500));
    writeFileSync(file, await downloaded(page, () => page.getByRole("link", { name: "Receipt as JSON" }).click()));
    verdict = await run("receipt", "verify", file, "--key", keyFile);
  }
  same("leeward receipt verify FILE --key FILE: status", verdict.status, 0);
  note(verdict.stdout?.trim());
  same("without --key: status", (await run("receipt", "verify", file)).status, 1);
  check("the receipt holds no return code", !readFileSync(file, "utf8").includes(sent.code));
}

/** The pages of the desk that the main job does not lead through. */
async function otherPages(page, house, look) {
  for (const [name, path] of OTHER) {
    const answer = await page.goto(`${house.base}${path}`);
    check(`${path} answers`, answer.status() < 500, String(answer.status()));
    await look(page, name);
  }
  await peoplePages(page, house, look);
  await settingsPages(page, house, look);
}

/** What the holder of the return code is told when the case is gone. */
async function erasedForReporter(page, house, sent, look) {
  await page.goto(`${house.base}/case`);
  await page.getByLabel("Your code").fill(sent.code);
  await press(page, "Open my report");
  check("the reporter is told that it was erased", /erased/i.test(await main(page).innerText()), await main(page).innerText());
  await look(page, "reporter-erased");
}

const OTHER = [
  ["audit", "/desk/audit"],
  ["figures", "/desk/figures"],
  ["system", "/desk/system"],
  ["audit-house", "/desk/audit?show=house"],
  ["audit-export", "/desk/audit/export?show=house"],
  ["mail", "/desk/mail"],
  ["mail-new-case", "/desk/new/mail"],
  ["account-mail", "/desk/account/mail"],
  ["inbox-nothing-found", "/desk?q=nothinglikethis"],
  ["inbox-all", "/desk?state=all"],
  ["people", "/desk/people"],
  ["people-invite", "/desk/people/invite"],
  ["account", "/desk/account"],
  ["account-password", "/desk/account/password"],
  ["account-second-factor", "/desk/account/second-factor"],
  ["account-recovery-codes", "/desk/account/recovery-codes"],
  ["account-tokens", "/desk/account/tokens"],
  ["step-up", "/desk/step-up"],
  ["set-up-explained", "/desk/set-up"],
  ["appearance", "/appearance"],
  ["programmes", "/programs"],
  ["how-we-prove", "/how-we-prove"],
  ["not-found", "/nothing-here"],
];

async function signInAgain(page, house, app, look) {
  await page.goto(`${house.base}/desk`);
  const more = page.locator("details.more > summary");
  if (await more.isVisible()) await more.click();
  await press(page, "Sign out");
  await page.goto(`${house.base}/desk`);
  same("signed out, the desk leads to its door", new URL(page.url()).pathname, "/desk/sign-in");
  await look(page, "sign-in");
  await signIn(page, await app.next());
  same("password and next code sign in", new URL(page.url()).pathname, "/desk");
  await page.context().clearCookies();
  await page.goto(`${house.base}/desk/sign-in`);
  await signIn(page, app.again());
  check("the same code does not sign in twice", await page.locator(".problem").isVisible());
  same("so the door stays shut", new URL(page.url()).pathname, "/desk/sign-in");
  await look(page, "sign-in-errors");
}

async function signIn(page, code) {
  await page.getByLabel("E-mail address").fill(OWNER.email);
  await page.getByLabel("Password").fill(OWNER.password);
  await page.locator("#code").fill(code);
  await press(page, "Sign in");
}

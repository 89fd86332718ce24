// Cases that belong together: an appeal at the return door and on the desk, and the page on which a report is split and
// others are merged into it.

import { check, same } from "./checks.mjs";

const press = (page, name) => page.getByRole("button", { name, exact: true }).click();
const main = (page) => page.locator("main").innerText();

/** Splits an open case, with what is refused, looks at the part from both sides, and closes it. */
export async function splitPages({ reporter, desk: page }, house, sent, look) {
  await page.goto(`${house.base}/desk/cases/${sent.number}`);
  await page.getByRole("link", { name: "Split or merge" }).click();
  same("splitting and merging have a page", await page.locator("h1").innerText(), `Split or merge ${sent.number}`);
  await look(page, "links");
  await page.getByLabel("Title of part 1").fill("Open redirect");
  await press(page, "Split report");
  check("a part without words is refused", (await main(page)).includes("Say what this part is about"));
  same("what was typed is kept", await page.getByLabel("Title of part 1").inputValue(), "Open redirect");
  await look(page, "links-errors");
  await page.getByLabel("Cases that end").fill("REP-999");
  await page.getByLabel("Reason").fill("The same cause.");
  await press(page, `Merge into ${sent.number}`);
  check("what is not there is not merged", (await main(page)).includes("There is no case REP-999"));
  await look(page, "links-merge-errors");
  await page.getByLabel("Title of part 1").fill("Open redirect");
  await page.getByLabel("What part 1 is about").fill("The way out leads anywhere.");
  await press(page, "Split report");
  const part = page.locator("#facts section a.mono").first();
  const name = await part.innerText();
  check("the report leads to its part", /^REP-\d+$/.test(name) && name !== sent.number, name);
  await look(page, "case-split");
  await reporter.goto(`${house.base}/case/mine`);
  check("the reporter finds the part", (await main(reporter)).includes("Parts of your report"));
  await look(reporter, "reporter-split");
  await reporter.getByRole("link", { name }).click();
  same("the part has a page for the reporter", await reporter.locator("h1").innerText(), "Open redirect");
  await reporter.getByLabel("Write to us").fill("Only with a trailing dot.");
  await press(reporter, "Send message");
  check("what the reporter writes stands there", (await main(reporter)).includes("Only with a trailing dot."));
  await look(reporter, "reporter-part");
  await part.click();
  await page.locator("summary", { hasText: "Close report" }).click();
  await page.locator('[id="close.outcome"]').selectOption({ label: "Informative" });
  await page.locator('[id="close.reason"]').fill("It stays on our own pages.");
  await Promise.all([page.waitForNavigation(), press(page, "Close report")]);
  check("the part is closed", (await page.locator("#facts").innerText()).includes("Informative"));
}

/** Appeals against the close of `sent`, looks at it from both sides, and takes it back. */
export async function appealPages({ reporter, desk }, house, sent, look) {
  await reporter.goto(`${house.base}/case/mine`);
  await reporter.locator("summary", { hasText: "You think we are wrong?" }).click();
  await look(reporter, "reporter-may-appeal");
  await press(reporter, "Send appeal");
  check("an appeal needs words", (await main(reporter)).includes("Write something first"));
  await look(reporter, "reporter-appeal-errors");
  await reporter.getByLabel("What did we get wrong?").fill("It still happens with 3.3.");
  await press(reporter, "Send appeal");
  check("the reporter sees the appeal", (await main(reporter)).includes("We tell you whether the close stands."));
  await look(reporter, "reporter-appealed");
  await desk.goto(`${house.base}/desk/cases/${sent.number}`);
  const name = (await desk.locator("#facts").innerText()).match(/APL-\d+/)?.[0];
  check("the case leads to its appeal", name);
  await look(desk, "case-with-appeal");
  await desk.getByRole("link", { name, exact: true }).click();
  check("alone one is told that one decides a day later", (await main(desk)).includes("Nobody else here could decide"));
  await look(desk, "appeal");
  await desk.locator("summary", { hasText: "Uphold the close" }).click();
  await desk.locator('[id="uphold.reason"]').fill("We looked again.");
  await press(desk, "Uphold the close");
  check("not before a day has passed", (await main(desk)).includes("This is possible from"), await main(desk));
  await look(desk, "appeal-too-early");
  await reporter.goto(`${house.base}/case/mine`);
  await reporter.locator("summary", { hasText: "Take the appeal back" }).click();
  await look(reporter, "reporter-appeal-withdrawal");
  await press(reporter, "Withdraw appeal");
  check("the appeal is taken back", (await main(reporter)).includes("You took your appeal back."));
}

// Cases that belong together: an appeal at the return door and on the desk, and the page on which a report is split and
// others are merged into it.

import { Authenticator } from "./authenticator.mjs";
import { check, same } from "./checks.mjs";

const press = (page, name) => page.getByRole("button", { name, exact: true }).click();
const main = (page) => page.locator("main").innerText();

/** Splits an open case, with what is refused, looks at both parts from both sides, closes one and merges the other; gives the name of the closed one. */
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
  await page.getByLabel("Title of part 2").fill("Tokens outlive a password");
  await page.getByLabel("What part 2 is about").fill("The same as the rest, it turned out.");
  await press(page, "Split report");
  const linked = (title) => page.locator("#facts section dd", { hasText: title }).locator("a");
  const [part, again] = [linked("Open redirect"), await linked("Tokens outlive a password").innerText()];
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
  await page.goto(`${house.base}/desk/cases/${sent.number}/links`);
  await page.getByLabel("Cases that end").fill(again);
  await page.getByLabel("Reason").fill("It was the same cause.");
  await press(page, `Merge into ${sent.number}`);
  check("the other part is merged", (await main(page)).includes(`Merged here: ${again}`), await main(page));
  await look(page, "case-merged");
  await reporter.goto(`${house.base}/case/mine/parts/${again}`);
  check("the reporter reads where it goes on", (await main(reporter)).includes(`It goes on as ${sent.number}`));
  await look(reporter, "reporter-merged");
  return name;
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

/** Appeals against the close of a part, which a colleague decides who is invited for it. */
export async function decidedAppeal({ reporter, desk, colleague }, house, part, look) {
  await desk.goto(`${house.base}/desk/people/invite`);
  await desk.getByLabel("E-mail address").fill("tomas@leeward.example");
  await desk.locator("#role").selectOption("triager");
  await press(desk, "Make the link");
  await colleague.goto((await desk.locator("main .mono").innerText()).match(/http\S+/)[0]);
  const app = new Authenticator(await colleague.locator(".mono").first().innerText());
  await colleague.getByLabel("Your name").fill("Tomas Lind");
  await colleague.getByLabel("Password").fill("a lantern on the outer mole");
  await colleague.locator("#code").fill(await app.next());
  await press(colleague, "Make my account");
  await reporter.goto(`${house.base}/case/mine/parts/${part}`);
  await reporter.locator("summary", { hasText: "You think we are wrong?" }).click();
  await reporter.getByLabel("What did we get wrong?").fill("It leads to other sites too.");
  await press(reporter, "Send appeal");
  const name = (await main(reporter)).match(/APL-\d+/)?.[0];
  check("the reporter appeals against the close of a part", name, await main(reporter));
  await look(reporter, "reporter-part-appealed");
  await desk.goto(`${house.base}/desk/cases/${name}`);
  check("whoever closed it reads who decides", (await main(desk)).includes("somebody else decides: Tomas Lind"));
  await look(desk, "appeal-of-others");
  await colleague.goto(`${house.base}/desk/cases/${name}`);
  await look(colleague, "appeal-to-decide");
  await colleague.locator("summary", { hasText: "Uphold the close" }).click();
  await press(colleague, "Uphold the close");
  check("a decision needs words", (await colleague.locator(".problem, .msg").first().innerText()).length > 0);
  await look(colleague, "appeal-errors");
  await colleague.locator('[id="uphold.reason"]').fill("Only our own pages can be reached.");
  await press(colleague, "Uphold the close");
  await colleague.goto(`${house.base}/desk/cases/${name}`);
  check("the appeal is decided", (await main(colleague)).includes("Upheld"), await main(colleague));
  await look(colleague, "appeal-decided");
  await reporter.goto(`${house.base}/case/mine/parts/${part}`);
  const read = await main(reporter);
  check("the reporter reads the decision", read.includes("the close stands") && read.includes("Only our own pages"), read);
  check("and not who decided", !read.includes("Tomas"));
  await look(reporter, "reporter-part-decided");
}

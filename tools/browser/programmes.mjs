// Programmes: making one with a preview, changing it, closing it, and the text under which a report came.

import { check, same } from "./checks.mjs";

const press = (page, name) => page.getByRole("button", { name, exact: true }).click();
const main = (page) => page.locator("main").innerText();

/** Walks them as the owner, and leads to the text of the case of `sent`; `look` looks at every page. */
export async function programmePages(page, house, sent, look) {
  const list = `${house.base}/desk/settings/programmes`;
  await page.goto(list);
  await look(page, "programmes");
  await page.getByRole("link", { name: "Make a programme" }).click();
  await page.getByLabel("Name").fill("Model behaviour");
  await page.getByLabel("Last part of its address").fill("No Good");
  await page.getByLabel(/What it is about/).fill("## Tell us\n\nWhat a *model* of ours does that it should not.");
  await page.getByLabel(/^In scope/).fill("chat.acme.example\n*.models.acme.example");
  await page.getByLabel(/Not a finding here/).fill("Rude words alone");
  await press(page, "Make programme");
  check("an address that cannot be is told", (await main(page)).includes("Write 1 to 60 lower-case letters"));
  await look(page, "programme-errors");
  await page.getByLabel("Last part of its address").fill("models");
  await press(page, "Preview");
  check("the preview is as everybody would read it", (await main(page)).includes("As everybody would read it"));
  same("and nothing is saved", (await page.request.get(`${house.base}/programs/models`)).status(), 404);
  await look(page, "programme-preview");
  await press(page, "Make programme");
  await page.getByLabel("Nothing new; reports that are here go on").check();
  await press(page, "Save programme");
  await look(page, "programme");
  await page.goto(`${house.base}/programs/models`);
  const said = await main(page);
  check("its page says that nothing new is taken", said.includes("No new reports.") && !said.includes("Report a weakness"), said);
  await look(page, "programme-closed");
  await page.goto(`${list}/models/versions`);
  await look(page, "programme-versions");
  await page.getByRole("link", { name: "2", exact: true }).click();
  check("a version says what changed", (await main(page)).includes("What it takes: closed, before: open"));
  await look(page, "programme-version");
  await page.goto(`${house.base}/desk/cases/${sent.number}`);
  await page.getByRole("link", { name: "its text then" }).click();
  check("a case leads to the text under which it came", (await main(page)).includes("What we promise"));
}

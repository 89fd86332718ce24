// The pages that keep a case from being erased, erase it, and erase a person.

import { check, same } from "./checks.mjs";

const press = (page, name) => page.getByRole("button", { name, exact: true }).click();
const heading = (page) => page.locator("h1").first().innerText();
const REASON = "The court's order of today.";

/** Walks them as the owner, whose second factor is fresh; `look` looks at every page. */
export async function erasingPages(page, house, sent, look) {
  const at = `${house.base}/desk/cases/${sent.number}`;
  await page.goto(at);
  await page.locator("summary", { hasText: "Export, hold and erasure" }).click();
  await exportCase(page, at, look);
  await page.getByRole("link", { name: "Put on legal hold" }).click();
  await look(page, "case-hold");
  await press(page, "Put on hold");
  check("a hold needs a reason", await page.locator('.problem a[href="#reason"]').isVisible());
  await look(page, "case-hold-errors");
  await page.locator("#reason").fill(REASON);
  await press(page, "Put on hold");
  check("the case says that it is on hold", /legal hold/i.test(await page.locator("main").innerText()));
  await look(page, "case-held");
  await page.goto(`${at}/erase`);
  same("what is held is not erased", await heading(page), `${sent.number} cannot be erased now`);
  await look(page, "case-erase-held");
  await page.getByRole("link", { name: "Lift the legal hold" }).click();
  await look(page, "case-release");
  await page.locator("#reason").fill(REASON);
  await press(page, "Lift the hold");
  await eraseCase(page, at, sent, look);
  await erasePerson(page, house, look);
  await page.goto(`${house.base}/desk/erasures`);
  check("the list of erasures names the case", (await page.locator("main table").innerText()).includes(sent.number));
  await look(page, "erasures");
}

async function exportCase(page, at, look) {
  await page.getByRole("link", { name: "Export this case" }).click();
  await look(page, "case-export");
  await page.locator("main button.btn").click();
  check("what goes in must be chosen", await page.locator('.problem a[href="#contents"]').isVisible());
  await look(page, "case-export-errors");
  await page.getByLabel("Everything, notes of the team included").check();
  await page.getByLabel("JSON with proofs", { exact: true }).check();
  const coming = page.waitForEvent("download");
  await page.locator("main button.btn").click();
  const file = await coming;
  check("the case is saved as a file", /^REP-[0-9]+[.]json$/.test(file.suggestedFilename()), file.suggestedFilename());
  await page.goto(at);
  await page.locator("summary", { hasText: "Export, hold and erasure" }).click();
}

async function eraseCase(page, at, sent, look) {
  await page.goto(`${at}/erase`);
  await look(page, "case-erase");
  await page.locator("#reason").fill(REASON);
  await page.locator("#confirm").fill("REP-0");
  await press(page, `Erase ${sent.number} for good`);
  check("another name erases nothing", await page.locator('.problem a[href="#confirm"]').isVisible());
  same("the reason is kept", await page.locator("#reason").inputValue(), REASON);
  await look(page, "case-erase-errors");
  await page.locator("#confirm").fill(sent.number);
  await press(page, `Erase ${sent.number} for good`);
  await page.goto(at);
  check("nothing of the case can be read", !(await page.content()).includes(sent.title));
  await look(page, "case-erased");
}

async function erasePerson(page, house, look) {
  await page.goto(`${house.base}/desk/people`);
  await page.getByRole("link", { name: "ben@leeward.example" }).click();
  await page.getByRole("link", { name: "Erase this person" }).click();
  await look(page, "person-erase");
  await page.locator("#reason").fill(REASON);
  await page.locator("#confirm").fill("ben@leeward.example");
  await page.locator("main button.danger").click();
  await page.goto(`${house.base}/desk/people`);
  check("the person is gone from the list", !(await page.locator("main").innerText()).includes("ben@leeward.example"));
}

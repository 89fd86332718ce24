// The people of one case: watching, a guest, the list of a restricted case, who found it together; and when
// somebody is away.

import { check, same } from "./checks.mjs";

const press = (page, name) => page.getByRole("button", { name, exact: true }).click();
const main = (page) => page.locator("main").innerText();

/** Walks them as the owner on the case of `sent`; `look` looks at every page. */
export async function casePeoplePages(page, house, sent, look) {
  await page.goto(`${house.base}/desk/cases/${sent.number}`);
  await press(page, "Watch this case");
  check("watching is said on the case", (await page.locator("#facts").innerText()).includes("Stop watching"));
  await page.getByRole("link", { name: "People of this case" }).click();
  same("the people of a case have a page", await page.locator("h1").innerText(), `People of ${sent.number}`);
  await look(page, "case-people");
  await page.getByLabel("Mail address of a guest").fill("gus@there.example");
  await press(page, "Invite guest");
  check("a guest gets a link", /\/desk\/set-up\/\S+/.test(await page.locator("main .mono").innerText()));
  await look(page, "case-people-link");
  await page.getByRole("link", { name: /^Back to the people/ }).click();
  await page.locator("#reporter").fill("60");
  await page.locator('[id="name-1"]').fill("Ana");
  await page.locator('[id="percent-1"]').fill("50");
  await press(page, "Save shares");
  check("shares that do not come to 100 are refused", (await main(page)).includes("Together the shares are 110 %"));
  same("what was typed is kept", await page.locator('[id="name-1"]').inputValue(), "Ana");
  await look(page, "case-people-errors");
  await page.locator('[id="percent-1"]').fill("40");
  await press(page, "Save shares");
  await page.goto(`${house.base}/desk/cases/${sent.number}`);
  await page.locator("summary", { hasText: "Restrict to named people" }).click();
  await press(page, "Restrict to these");
  await page.goto(`${house.base}/desk/cases/${sent.number}/people`);
  await press(page, "Take my name off");
  check("the last name stays", (await main(page)).includes("nobody could look after this case"));
  await look(page, "case-people-restricted");
  await page.goto(`${house.base}/desk/cases/${sent.number}`);
  await page.locator("summary", { hasText: "Change who can see this" }).click();
  await press(page, "Lift the restriction");
  await look(page, "case-with-people");
  await page.goto(`${house.base}/desk/away`);
  await page.getByLabel("First day").fill("2099-12-24");
  await page.getByLabel("Last day").fill("2099-12-20");
  await press(page, "Save these days");
  check("days that end before they begin are refused", await page.locator(".problem").isVisible());
  await look(page, "away-errors");
  await page.getByLabel("Last day").fill("2099-12-31");
  await press(page, "Save these days");
  check("days are kept", (await main(page)).includes("2099-12-24 to 2099-12-31"), await main(page));
  await look(page, "away");
}

// The pages about other people: inviting, the link to pass on, one person.

import { check, same } from "./checks.mjs";

const press = (page, name) => page.getByRole("button", { name, exact: true }).click();

/** Walks them as the owner, whose second factor is fresh; `look` looks at every page. */
export async function peoplePages(page, house, look) {
  await page.goto(`${house.base}/desk/people/invite`);
  await page.getByLabel("E-mail address").fill("ben@leeward.example");
  await press(page, "Make the link");
  check("a link to pass on is shown once", /\/desk\/set-up\/\S+/.test(await page.locator("main .mono").innerText()));
  await look(page, "people-link");
  await page.goto(`${house.base}/desk/people`);
  await page.getByRole("link", { name: "ben@leeward.example" }).click();
  same("one person has a page", await page.locator("h1").innerText(), "ben@leeward.example");
  await look(page, "person");
  await page.locator("#role").selectOption("auditor");
  await press(page, "Give role");
  check("a role is given", (await page.locator("main table").innerText()).includes("auditor"));
  await look(page, "person-two-roles");
  await page.getByRole("row", { name: /auditor/ }).getByRole("button", { name: "Take role away" }).click();
  check("and taken away", !(await page.locator("main table").innerText()).includes("auditor"));
}

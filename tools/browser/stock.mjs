// Stock answers: writing one with a preview, and putting it into a reply.

import { check, same } from "./checks.mjs";

const press = (page, name) => page.getByRole("button", { name, exact: true }).click();
const main = (page) => page.locator("main").innerText();

/** Walks them as the owner on the case of `sent`; `look` looks at every page. */
export async function stockPages(page, house, sent, look) {
  await page.goto(`${house.base}/desk/settings/answers`);
  check("answers come with the house", (await main(page)).includes("Ask for steps"));
  await look(page, "answers");
  await page.getByRole("link", { name: "Write an answer" }).click();
  await page.getByLabel("Name").fill("Soon");
  await page.getByLabel("Words", { exact: true }).fill("Dear {reportr}, {case} is {state}.");
  await press(page, "Add answer");
  check("an unknown variable is refused", (await main(page)).includes("There is no {reportr}."));
  await look(page, "answer-errors");
  await page.getByLabel("Words", { exact: true }).fill("Dear {reporter}, {case} is {state}. {me}");
  await press(page, "Preview");
  check("the preview has its values", (await main(page)).includes("Dear quietharbour, REP-12 is accepted. Ines Okafor"));
  await look(page, "answer-preview");
  await press(page, "Add answer");
  check("the answer is listed", (await main(page)).includes("Soon"));
  await page.goto(`${house.base}/desk/cases/${sent.number}?write=outside`);
  await page.locator("#message").fill("One more thing.");
  await page.locator("#stock").selectOption({ label: "Soon" });
  await press(page, "Insert below");
  const text = await page.locator("#message").inputValue();
  check("it stands below what was typed, with its values", text.startsWith("One more thing.\n\nDear ") && text.includes(sent.number), text);
  same("and nothing was sent", (await page.locator(".entry.water").allInnerTexts()).some((t) => t.includes("One more thing.")), false);
  await look(page, "case-stock-answer");
}

// The pages of settings: calendars, targets, who is on call; and the pages of alerts and quiet hours.

import { check, same } from "./checks.mjs";

const press = (page, name) => page.getByRole("button", { name, exact: true }).click();
const main = (page) => page.locator("main").innerText();

/** Walks them as the owner; `look` looks at every page. */
export async function settingsPages(page, house, look) {
  await page.goto(`${house.base}/desk/settings`);
  await look(page, "settings");
  await page.getByRole("link", { name: "Calendars", exact: true }).click();
  await look(page, "calendars-empty");
  await page.getByRole("link", { name: "Add a calendar" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Berlin office");
  await page.getByLabel("Time zone").fill("Berlin");
  await page.getByLabel("Friday").fill("22:00-06:00");
  await press(page, "Add calendar");
  check("a time zone is suggested", (await main(page)).includes("Did you mean Europe/Berlin?"), await main(page));
  await look(page, "calendar-errors");
  await page.getByLabel("Time zone").fill("Europe/Berlin");
  await page.getByLabel("Friday").fill("09:00-12:30, 13:30-16:00");
  await page.getByLabel("Holidays").fill("2026-12-25 Christmas\n2027-01-01 New Year");
  await press(page, "Add calendar");
  check("the calendar is listed with its week", (await main(page)).includes("38 h a week"), await main(page));
  await look(page, "calendars");
  await page.getByRole("link", { name: "Berlin office" }).click();
  await look(page, "calendar");
  await targets(page, house, look);
  await onCall(page, house, look);
  await webhooks(page, house, look);
  await retention(page, house, look);
  await page.goto(`${house.base}/desk/quiet-hours`);
  await press(page, "Save quiet hours");
  check("quiet hours are kept", !(await main(page)).includes("You have no quiet hours now"));
  await look(page, "quiet-hours");
  await page.goto(`${house.base}/desk/alerts`);
  same("alerts have a page", await page.locator("h1").innerText(), "Alerts");
  await look(page, "alerts-empty");
}

async function retention(page, house, look) {
  await page.goto(`${house.base}/desk/settings/retention`);
  check("nothing goes by itself", (await main(page)).includes("Without a rule everything is kept for ever"));
  await look(page, "retention");
  await page.getByRole("link", { name: "The house", exact: true }).click();
  await look(page, "retention-rule");
  await page.locator("#closed_months").fill("0");
  await press(page, "Set this rule");
  check("a rule of no months is refused", await page.locator('.problem a[href="#closed_months"]').isVisible());
  await look(page, "retention-errors");
  await page.locator("#closed_months").fill("24");
  await press(page, "Show what this would erase");
  check("it is said what would go", (await main(page)).includes("would be erased now"), await main(page));
  await look(page, "retention-preview");
  await press(page, "Set this rule");
  check("the rule is listed with its notice", (await main(page)).includes("Not before"), await main(page));
  await look(page, "retention-set");
}

async function webhooks(page, house, look) {
  await page.goto(`${house.base}/desk/webhooks`);
  await look(page, "webhooks-empty");
  await page.getByRole("link", { name: "Add a webhook" }).click();
  await page.getByLabel("Name").fill("Chat of the team");
  await page.getByLabel("Address").fill("https://10.0.0.1/hook");
  await press(page, "Add webhook");
  check("a private address is refused", (await main(page)).includes("is not reached: it is private"), await main(page));
  await look(page, "webhook-errors");
  await page.getByLabel("Address").fill("https://hooks.invalid/leeward");
  await press(page, "Add webhook");
  check("its secret is shown", (await main(page)).includes("whsec_"));
  await look(page, "webhook-secret");
  await page.getByRole("link", { name: "Go to the webhook" }).click();
  await press(page, "Send a test message");
  check("the test message is listed", (await main(page)).includes("webhook.test"), await main(page));
  await look(page, "webhook");
  await page.getByText("Name, address and what it hears of").click();
  await look(page, "webhook-change");
  await press(page, "Pause");
  check("it is paused", (await main(page)).includes("What happens now is not sent"), await main(page));
  await page.goto(`${house.base}/desk/webhooks`);
  await look(page, "webhooks");
}

async function targets(page, house, look) {
  await page.goto(`${house.base}/desk/settings/targets`);
  await look(page, "targets");
  await page.locator("main table a").first().click();
  await page.locator("#calendar").selectOption({ label: "Berlin office" });
  await page.locator('[name="first-response.any"]').fill("4 working hours");
  await page.locator('[name="triage.critical"]').fill("soon");
  await press(page, "Save targets");
  check("a target that is none is refused", (await main(page)).includes("Write a number and its unit"));
  await look(page, "terms-errors");
  await page.locator('[name="triage.critical"]').fill("8 hours");
  await press(page, "Save targets");
  check("targets are kept", (await main(page)).includes("2 targets of its own"), await main(page));
}

async function onCall(page, house, look) {
  await page.goto(`${house.base}/desk/settings/on-call`);
  check("nobody is on call yet", (await main(page)).includes("Now: Nobody."), await main(page));
  await page.locator('[name="turn-1"]').selectOption({ index: 1 });
  await page.locator('[name="start"]').fill("2026-01-05");
  await press(page, "Save turns");
  check("somebody is on call", !(await main(page)).includes("Now: Nobody."), await main(page));
  await page.getByText("Add an absence").click();
  await page.locator('[name="away_person"]').selectOption({ index: 1 });
  await page.locator('[name="away_from"]').fill("2027-07-01");
  await page.locator('[name="away_until"]').fill("2027-07-21");
  await press(page, "Add absence");
  check("the absence is listed", (await main(page)).includes("2027-07-01 to 2027-07-21"));
  await look(page, "on-call");
}

// Writing on a case and what stands beside it: Markdown, the look before sending, files, issues, history.

import { check, same } from "./checks.mjs";

const press = (page, name) => page.getByRole("button", { name, exact: true }).click();
const main = (page) => page.locator("main").innerText();

const WORDS = "## Seen on staging\n\nThe **old** token works, see `auth.rs`:\n\n```\nGET /me\n200\n```\n\n| step | answer |\n|---|---|\n| 1 | 200 |\n| 2 | 200 |\n\n- [their page](https://evil.example/x)\n- <script>alert(1)</script>\n\n> It still works.";
const CODE = "7C1E-4KQ9-R2VM-X80D-A90F-3TNH";

/** Walks them as the owner on the case of `sent`; `look` looks at every page. */
export async function composingPages(page, house, sent, { look, script }) {
  const at = `${house.base}/desk/cases/${sent.number}`;
  await page.goto(`${at}?write=team`);
  await page.locator("#note").fill(WORDS);
  await press(page, "Preview");
  const preview = page.locator(".preview");
  check("a note is drawn before it is kept", await preview.locator("table").isVisible() && await preview.locator("h3").isVisible());
  check("a link says where it leads", (await preview.innerText()).includes("(evil.example)"));
  check("markup stays text", (await preview.innerText()).includes("<script>alert(1)</script>"));
  await look(page, "case-note-preview");
  await press(page, "Save team note");
  check("and stands on land as drawn", await page.locator(".entry.land table").isVisible());
  await page.goto(`${at}?write=outside`);
  await page.locator("#message").fill(`Keep ${CODE} safe`);
  await page.locator("[data-send]").click();
  check("a return code is refused", (await main(page)).includes("has a return code in it"));
  same("and what was typed is kept", await page.locator("#message").inputValue(), `Keep ${CODE} safe`);
  await look(page, "case-reply-refused");
  await page.locator("#message").fill("Thank you, this **helps**.");
  await page.locator("[data-send]").click();
  check("what leaves is shown first", (await main(page)).includes("What they will read"));
  check("with the letter, or why there is none", /letter/i.test(await preview.innerText()));
  await look(page, "case-reply-preview");
  // Without JavaScript nobody asks.
  if (script) await asksFirst(page);
  same("and the words stay", await page.locator("#message").inputValue(), "Thank you, this **helps**.");
  await page.locator("[data-send]").click();
  check("then it lies for ten seconds", (await page.locator("#on-its-way").innerText()).includes("Not sent yet."));
  await look(page, "case-on-its-way");
  await press(page, "Take it back");
  check("it can be taken back", (await main(page)).includes("Taken back."));
  same("and its words are there again", await page.locator("#message").inputValue(), "Thank you, this **helps**.");
  await look(page, "case-taken-back");
  await page.locator("[data-send]").click();
  await page.locator("[data-send]").click();
  if (script) await page.getByRole("link", { name: "Show it in the timeline" }).click({ timeout: 20_000 });
  else await untilSent(page, at);
  check("then it stands in the timeline", (await page.locator(".log .entry.water strong").allInnerTexts()).includes("helps"));
  await page.locator("summary", { hasText: "Link an issue" }).click();
  await page.getByLabel("Address in your tracker").fill("https://git.acme.example/api/issues/7");
  await press(page, "Link issue");
  check("the issue stands beside the case with its host", (await page.locator("#issues").innerText()).includes("git.acme.example"));
  for (const past of await page.locator(".past summary").all()) await past.click();
  check("facts say what they were", /changed (once|\d+ times)/.test(await page.locator("#facts").innerText()));
  await look(page, "case-history");
  await page.goto(`${at}/files`);
  await look(page, "case-files");
  await page.getByRole("link", { name: "shot.png" }).click();
  const shot = page.locator("img.shot");
  check("a picture is shown", await shot.evaluate((img) => img.decode().then(() => img.naturalWidth > 0, () => false)));
  await look(page, "file-picture");
  const word = await page.locator("strong.mono").innerText();
  check("the password stands on the page", /^[0-9A-Z]{4}(-[0-9A-Z]{4}){4}$/.test(word), word);
  const [zip] = await Promise.all([page.waitForEvent("download"), press(page, "Download zip")]);
  same("the file comes in a zip", zip.suggestedFilename(), "shot.png.zip");
  await page.goto(`${at}/files`);
  await page.getByRole("link", { name: "trace.log" }).click();
  check("what is no picture is not shown", (await main(page)).includes("Only PNG, JPEG, GIF and WebP"));
  await look(page, "file-other");
}

/** Another button of the page asks before it leaves words in the composer behind. */
async function asksFirst(page) {
  const dialog = page.waitForEvent("dialog");
  const click = page.getByRole("button", { name: /^Take it$|^Watch this case$|^Stop watching$/ }).first().click();
  const box = await dialog;
  const question = box.message();
  await box.dismiss();
  await click;
  check("words that were put back are not lost without a question", question.includes("is not sent with this"));
}

/** Loads the page again until the message has gone. */
async function untilSent(page, at) {
  for (let tries = 0; tries < 20; tries++) {
    await page.waitForTimeout(1_000);
    await page.goto(at);
    if (await page.locator("#on-its-way").count() === 0) return;
  }
}

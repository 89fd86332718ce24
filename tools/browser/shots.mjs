// Makes docs/screenshot.png for the README: a case of the demo at 1280 px, light. `node tools/browser/shots.mjs [FILE]`

import { statSync } from "node:fs";
import { resolve } from "node:path";
import { launch } from "./chromium.mjs";
import { enterDemo } from "./bytes.mjs";
import { start } from "./house.mjs";

const LIMIT = 300_000;
const file = resolve(process.argv[2] ?? "docs/screenshot.png");

const browser = await launch();
const house = await start("demo");
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 1000 }, colorScheme: "light", locale: "en-GB" });
  await enterDemo(page, house);
  await page.getByRole("link", { name: "Shared conversation shows file names" }).first().click();
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: file });
  const { size } = statSync(file);
  console.log(`${file}: ${size} bytes`);
  if (size >= LIMIT) throw new Error(`the picture has ${size} bytes; ${LIMIT} is the limit`);
} finally {
  await house.stop();
  await browser.close();
}

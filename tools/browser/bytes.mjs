// Byte budgets, counted as they cross the wire: a public page at the first visit with its fonts, any page after
// that, and the HTML of an inbox of 50 rows.

import { check } from "./checks.mjs";
import { person } from "./chromium.mjs";
import { start } from "./house.mjs";

const FIRST = 90_000;
const LATER = 15_000;
const INBOX = 60_000;
const WIRE = 10_000;
const PUBLIC = ["/", "/programs/acme", "/programs/acme/report", "/case", "/how-we-prove"];

/** Runs it on the demo, which has an organisation with texts of a usual length. */
export async function bytesWalk(browser) {
  const house = await start("demo");
  try {
    for (const path of PUBLIC) {
      const visitor = await person(browser, `visitor of ${path}`);
      const counted = await counter(visitor.page);
      const first = await counted.visit(`${house.base}${path}`);
      const before = path === "/" ? "/programs/acme" : "/";
      const later = await counted.visit(`${house.base}${before}`);
      check(`${path}: first visit ${kB(first)} of 90 kB`, first > 0 && first <= FIRST);
      check(`${path}, then ${before}: ${kB(later)} of 15 kB`, later > 0 && later <= LATER);
      await visitor.settle();
    }
    await inbox(browser, house);
  } finally {
    await house.stop();
  }
}

const kB = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;

async function counter(page) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Network.enable");
  let bytes = 0;
  devtools.on("Network.loadingFinished", (event) => { bytes += event.encodedDataLength; });
  return {
    async visit(url) {
      bytes = 0;
      await page.goto(url, { waitUntil: "networkidle" });
      await page.evaluate(() => document.fonts.ready);
      return bytes;
    },
  };
}

async function inbox(browser, house) {
  const desk = await person(browser, "desk with a long inbox");
  for (let n = 0; n < 60; n += 1) {
    const answer = await desk.context.request.post(`${house.base}/api/v1/programs/acme/reports`, {
      headers: { "idempotency-key": `browser-lane-${n}` },
      data: { title: `Weakness ${n} in the way sessions are renewed after a change`, summary: "What I found.", body: "Steps." },
    });
    if (answer.status() !== 201) throw new Error(`report ${n}: ${answer.status()} ${await answer.text()}`);
  }
  await enterDemo(desk.page, house);
  const rows = await desk.page.locator("tbody tr").count();
  const html = Buffer.byteLength(await (await desk.context.request.get(`${house.base}/desk`)).text());
  check(`an inbox of ${rows} rows: ${kB(html)} of HTML of 60 kB`, rows === 50 && html <= INBOX);
  const counted = await counter(desk.page);
  const wire = await counted.visit(`${house.base}/desk`);
  check(`the same inbox on the wire: ${kB(wire)} of 10 kB`, wire > 0 && wire <= WIRE);
  await desk.settle();
}

/** Signs in to the demo by its printed link. */
export async function enterDemo(page, house) {
  await page.goto(house.out.match(/http\S+\/demo\/enter\/\S+/)[0]);
  await page.getByRole("button", { name: "Sign in as Ines" }).click();
  await page.waitForURL(/\/desk/);
}

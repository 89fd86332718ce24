// What is done on every page a walk reaches: axe-core in both themes, reflow at 200 % and 400 % in both directions of
// writing, the page's shape, screenshots.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { axeSource } from "./chromium.mjs";
import { check } from "./checks.mjs";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const THEMES = ["light", "dark"];
const WIDTHS = [1280, 375];

/** Looks at pages while a walk stands on them; every name once. */
export class Tour {
  #seen = new Set();
  #folder;

  constructor(folder) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
  }

  /** How many pages were looked at. */
  get size() {
    return this.#seen.size;
  }

  /** Looks at the page as it stands. Focus and what was typed stay as they are. */
  async stop(page, name) {
    if (this.#seen.has(name)) return;
    this.#seen.add(name);
    const size = page.viewportSize();
    await page.evaluate(() => document.fonts.ready);
    for (const theme of THEMES) {
      await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
      const found = await violations(page);
      check(`${name}: axe-core, ${theme}`, !found.length, found.join("\n      "));
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: width < 500 ? 812 : 900 });
        await page.screenshot({ path: join(this.#folder, `${name}-${theme}-${width}.png`), fullPage: true });
      }
    }
    // 640 and 320 px are what 200 % and 400 % of 1280 leave.
    for (const direction of ["ltr", "rtl"]) {
      await page.evaluate((dir) => { document.documentElement.dir = dir; }, direction);
      for (const width of [1280, 640, 320]) {
        await page.setViewportSize({ width, height: 640 });
        const wide = await overflow(page);
        check(`${name}: no sideways scroll at ${width} px, ${direction}`, !wide, wide);
      }
      if (direction === "rtl") await page.screenshot({ path: join(this.#folder, `${name}-rtl-320.png`), fullPage: true });
    }
    await page.evaluate(() => document.documentElement.removeAttribute("dir"));
    const faults = await page.evaluate(shape);
    check(`${name}: one h1, its language, a skip link, targets of 24 px`, !faults.length, faults.join("; "));
    await page.emulateMedia({ colorScheme: null, reducedMotion: null });
    await page.setViewportSize(size);
  }
}

async function violations(page) {
  await page.evaluate(axeSource);
  const found = await page.evaluate(
    (tags) => globalThis.axe.run(document, { runOnly: { type: "tag", values: tags }, resultTypes: ["violations"] }),
    RULES,
  );
  return found.violations.map((v) => `${v.id} (${v.help}): ${v.nodes.slice(0, 3).map((n) => n.target.join(" ")).join(" | ")}`);
}

/** Empty, or what sticks out. */
function overflow(page) {
  return page.evaluate(() => {
    const room = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= room) return "";
    const out = [...document.querySelectorAll("body *")].filter((e) => {
      const box = e.getBoundingClientRect();
      return box.right > room + 1 || box.left < -1;
    });
    const names = out.slice(0, 4).map((e) => `${e.tagName.toLowerCase()}.${e.className?.baseVal ?? e.className}`);
    return `${document.documentElement.scrollWidth} px wide: ${names.join(", ")}`;
  });
}

/** Runs in the page: what is wrong with its shape. */
function shape() {
  const faults = [];
  const heads = document.querySelectorAll("h1").length;
  if (heads !== 1) faults.push(`${heads} h1`);
  if (!document.documentElement.lang) faults.push("no lang");
  if (!document.querySelector('body > a.skip[href="#main"]') || !document.querySelector("main#main")) faults.push("no skip link");
  // A link inside a sentence may be as high as its line (WCAG 2.5.8).
  const inline = (e) => e.tagName === "A" && getComputedStyle(e).display === "inline";
  for (const e of document.querySelectorAll("a[href], button, summary, select, input:not([type=hidden])")) {
    const box = e.closest("label")?.getBoundingClientRect() ?? e.getBoundingClientRect();
    if (!e.checkVisibility() || inline(e) || box.height === 0 || e.matches(".skip")) continue;
    if (box.height < 24 || box.width < 24) faults.push(`${e.tagName.toLowerCase()} "${e.textContent.trim().slice(0, 20)}" is ${Math.round(box.width)} x ${Math.round(box.height)} px`);
  }
  return faults.slice(0, 5);
}

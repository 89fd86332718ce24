// What is done on every page a walk reaches: axe-core in both themes, reflow at 320 px, screenshots.

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
    await page.setViewportSize({ width: 320, height: 640 });
    const wide = await overflow(page);
    check(`${name}: no sideways scroll at 320 px`, !wide, wide);
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
    const out = [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > room + 1);
    const names = out.slice(0, 4).map((e) => `${e.tagName.toLowerCase()}.${e.className?.baseVal ?? e.className}`);
    return `${document.documentElement.scrollWidth} px wide: ${names.join(", ")}`;
  });
}

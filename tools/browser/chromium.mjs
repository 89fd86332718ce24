// Chromium under playwright-core, with an ear on everything it complains about.

import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { check } from "./checks.mjs";

const packages = resolve(process.env.LEEWARD_NPM ?? "target/test-tools/npm");
const require = createRequire(join(packages, "package.json"));

/** The source of axe-core, for `page.evaluate`: the pages' own policy lets no script of ours in. */
export const axeSource = readFileSync(join(packages, "node_modules/axe-core/axe.min.js"), "utf8");

const FLAGS = [
  "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--hide-scrollbars",
];

/** What every answer carries; a value that starts with "=" must be the same, any other must be in it. */
const HEADERS = {
  "content-security-policy": "default-src 'none'",
  "x-content-type-options": "=nosniff",
  "referrer-policy": "=no-referrer",
  "cross-origin-opener-policy": "=same-origin",
  "cross-origin-resource-policy": "=same-origin",
  "permissions-policy": "camera=()",
  "x-frame-options": "=DENY",
};

/** Starts the browser. */
export function launch() {
  const { chromium } = require("playwright-core");
  const sandbox = process.getuid() === 0 ? ["--no-sandbox"] : [];
  return chromium.launch({
    executablePath: process.env.LEEWARD_CHROMIUM ?? "/usr/bin/chromium",
    args: [...FLAGS, ...sandbox],
  });
}

function faultsOf(response) {
  const headers = response.headers();
  const faults = [];
  for (const [name, wanted] of Object.entries(HEADERS)) {
    const value = headers[name] ?? "";
    const good = wanted.startsWith("=") ? value === wanted.slice(1) : value.includes(wanted);
    if (!good) faults.push(`${name} is ${JSON.stringify(value)}`);
  }
  if (/unsafe/.test(headers["content-security-policy"] ?? "")) faults.push("the policy says unsafe");
  return faults;
}

/**
 * A browser of one person: a context, a page, and `settle()`, which checks that no page of it broke the
 * policy or wrote to the console and that every answer had the headers.
 */
export async function person(browser, name, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: "en-GB", ...options });
  context.setDefaultTimeout(15_000);
  const complaints = [];
  const bare = [];
  const failed = [];
  let answers = 0;
  context.on("console", (message) => {
    // A page that comes with 4xx is meant to; Chromium notes that on the console.
    const expected = message.text().startsWith("Failed to load resource") && /status of 4\d\d/.test(message.text());
    if (["error", "warning"].includes(message.type()) && !expected) {
      complaints.push(`${message.location().url} ${message.text()}`);
    }
  });
  context.on("weberror", (error) => complaints.push(String(error.error())));
  context.on("response", (response) => {
    if (!response.url().startsWith("http")) return;
    answers += 1;
    const of = `${response.status()} ${new URL(response.url()).pathname}`;
    const faults = faultsOf(response);
    if (faults.length) bare.push(`${of} ${faults.join(", ")}`);
    if (response.status() >= 500) failed.push(of);
    const part = !["document", "other"].includes(response.request().resourceType());
    if (part && response.status() >= 400) failed.push(of);
  });
  const page = await context.newPage();
  const settle = async () => {
    await context.close();
    check(`${name}: ${answers} answers, each with the security headers`, answers > 0 && !bare.length, bare.slice(0, 5).join("; "));
    check(`${name}: no breach of the policy, nothing on the console`, !complaints.length, complaints.slice(0, 5).join("; "));
    check(`${name}: no part of a page missing, no 5xx`, !failed.length, failed.slice(0, 5).join("; "));
  };
  return { context, page, settle };
}

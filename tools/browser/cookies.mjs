// Cookies over https: the house behind a proxy that ends TLS, as it is meant to run. Every cookie there starts with
// __Host-, and Chromium keeps it. What Chromium makes of that prefix on loopback http is printed, not checked:
// it is why cookies of a loopback house are plain.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer as createHttp, request } from "node:http";
import { createServer as createHttps } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Authenticator } from "./authenticator.mjs";
import { check, note } from "./checks.mjs";
import { person } from "./chromium.mjs";
import { start } from "./house.mjs";
import { OWNER } from "./main_job.mjs";

const listen = (server) => new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server.address().port)));

/** Runs it. */
export async function cookiesWalk(browser) {
  await prefixOnLoopback(browser);
  const folder = mkdtempSync(join(tmpdir(), "leeward-tls-"));
  let target = 0;
  const server = createHttps(certificate(folder), (from, to) => forward(from, to, target));
  const port = await listen(server);
  const outside = `https://localhost:${port}`;
  const house = await start("serve", {
    args: ["--public-url", outside],
    env: { LEEWARD__SERVER__TRUSTED_PROXIES: "127.0.0.1" },
  });
  target = Number(house.address.split(":")[1]);
  try {
    await overHttps(browser, house, outside);
  } finally {
    await house.stop();
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function certificate(folder) {
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  execFileSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
    "-keyout", key, "-out", cert, "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
  { stdio: "ignore" });
  return { key: readFileSync(key), cert: readFileSync(cert) };
}

function forward(from, to, port) {
  const headers = { ...from.headers, "x-forwarded-for": "198.51.100.7", "x-forwarded-proto": "https" };
  const inner = request({ host: "127.0.0.1", port, method: from.method, path: from.url, headers }, (answer) => {
    to.writeHead(answer.statusCode, answer.rawHeaders);
    answer.pipe(to);
  });
  inner.on("error", () => to.destroy());
  from.pipe(inner);
}

async function overHttps(browser, house, outside) {
  const desk = await person(browser, "desk over https", { ignoreHTTPSErrors: true });
  const answer = await desk.page.goto(`${outside}/`);
  const sts = answer.headers()["strict-transport-security"] ?? "";
  check("over https: Strict-Transport-Security", sts.includes("max-age="), sts);
  const link = house.out.match(/http\S+\/desk\/set-up\/\S+/)[0];
  check("the set-up link begins with the public address", link.startsWith(outside), link);
  await desk.page.goto(link);
  const app = new Authenticator(await desk.page.locator(".mono").first().innerText());
  await desk.page.getByLabel("Your name").fill(OWNER.name);
  await desk.page.getByLabel("E-mail address").fill(OWNER.email);
  await desk.page.getByLabel("Password").fill(OWNER.password);
  await desk.page.locator("#code").fill(await app.next());
  await desk.page.getByRole("button", { name: "Make my account" }).click();
  await desk.page.goto(`${outside}/desk`);
  check("the session holds", new URL(desk.page.url()).pathname === "/desk", desk.page.url());
  const cookies = await desk.context.cookies();
  const good = (c) => c.name.startsWith("__Host-") && c.secure && c.httpOnly && c.path === "/" && c.domain === "localhost";
  check("every cookie over https is __Host-, Secure and HttpOnly, and Chromium keeps it", cookies.length > 0 && cookies.every(good), JSON.stringify(cookies));
  check("the desk's session is among them", cookies.some((c) => c.name === "__Host-leeward-desk"), cookies.map((c) => c.name).join(" "));
  await desk.settle();
}

async function prefixOnLoopback(browser) {
  let sent = "";
  const server = createHttp((from, to) => {
    if (from.url === "/again") sent = from.headers.cookie ?? "nothing";
    to.setHeader("set-cookie", ["__Host-probe=1; Path=/; Secure; HttpOnly", "__Host-bare=1; Path=/; HttpOnly", "plain=1; Path=/; HttpOnly"]);
    to.end("probe");
  });
  const port = await listen(server);
  for (const host of ["127.0.0.1", "localhost"]) {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`http://${host}:${port}/`);
    await page.goto(`http://${host}:${port}/again`);
    note(`Chromium on http://${host} sends back "${sent}" of __Host-probe (Secure), __Host-bare, plain`);
    await context.close();
  }
  server.closeAllConnections();
  server.close();
}

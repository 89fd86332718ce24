// The real binary, started the way an operator starts it, on a free loopback port with a folder of its own.

import { execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

export const binary = resolve(process.env.LEEWARD_BINARY ?? "target/debug/leeward");

/** Settings of every house here: quick checkpoints, and limits that a test of one machine does not meet. */
const ENVIRONMENT = { LEEWARD__LOG__CHECKPOINT_SECONDS: "1", LEEWARD__SERVER__RATE_FACTOR: "1000" };

/**
 * Starts `leeward serve` (or `demo`) and waits until it answers. Gives its base address, what it printed,
 * its folder, and `stop()`, which ends the process and removes the folder.
 */
export async function start(command = "serve", { args = [], env = {} } = {}) {
  const data = mkdtempSync(join(tmpdir(), "leeward-browser-"));
  const folder = command === "demo" ? [] : ["--data", join(data, "house")];
  const child = spawn(binary, [command, ...folder, "--listen", "127.0.0.1:0", ...args], {
    cwd: data,
    env: { ...process.env, ...ENVIRONMENT, TMPDIR: data, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const house = { data: join(data, "house"), out: "", log: "", child };
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.stderr.on("data", (bytes) => { house.log += bytes; });
  house.stop = async () => {
    child.kill("SIGTERM");
    const late = setTimeout(() => child.kill("SIGKILL"), 10_000);
    await ended;
    clearTimeout(late);
    rmSync(data, { recursive: true, force: true });
  };
  const ready = command === "demo" ? /Stop with Ctrl-C/ : /Leeward serves \S+ on (\S+)/;
  await new Promise((resolve, reject) => {
    const give = (why) => reject(new Error(`leeward ${command} ${why}\n${house.out}${house.log}`));
    const late = setTimeout(() => give("did not start within a minute"), 60_000);
    child.stdout.on("data", (bytes) => {
      house.out += bytes;
      if (ready.test(house.out)) { clearTimeout(late); resolve(); }
    });
    child.once("error", (error) => { clearTimeout(late); give(String(error)); });
    child.once("exit", (status) => { clearTimeout(late); give(`ended with ${status}`); });
  }).catch(async (error) => {
    await house.stop();
    throw error;
  });
  house.address = house.out.match(/ on (127\.0\.0\.1:\d+)/)?.[1] ?? house.out.match(/http:\/\/([^/\s]+)/)?.[1];
  house.base = `http://${house.address}`;
  return house;
}

/** Runs the binary to its end: status and what it printed. */
export function run(...args) {
  return new Promise((resolve) => {
    execFile(binary, args, { encoding: "utf8" }, (error, stdout, stderr) => {
      resolve({ status: error ? error.code : 0, stdout, stderr });
    });
  });
}

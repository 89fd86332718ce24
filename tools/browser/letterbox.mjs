// A mail server that takes every letter and keeps it: just enough SMTP (RFC 5321) for the house's own client.

import { createServer } from "node:net";

/** Starts it on a free port. `next(to)` gives the next letter to that address, waiting for it; `stop()` ends it. */
export async function letterbox() {
  const letters = [];
  const server = createServer((socket) => {
    let buffer = "", data = null, to = [];
    const say = (line) => socket.write(`${line}\r\n`);
    socket.setEncoding("utf8");
    socket.on("error", () => {});
    socket.on("data", (chunk) => {
      buffer += chunk;
      for (let at; (at = buffer.indexOf("\r\n")) >= 0;) {
        const line = buffer.slice(0, at);
        buffer = buffer.slice(at + 2);
        if (data !== null) {
          if (line !== ".") { data += `${line}\n`; continue; }
          letters.push({ to, text: data.replaceAll("=\n", "").replaceAll("=3D", "=") });
          data = null;
          to = [];
          say("250 kept");
        } else if (/^(EHLO|HELO)/i.test(line)) {
          say("250 letterbox");
        } else if (/^RCPT/i.test(line)) {
          to.push(line.match(/<([^>]*)>/)?.[1] ?? "");
          say("250 yes");
        } else if (/^DATA/i.test(line)) {
          data = "";
          say("354 go on");
        } else if (/^QUIT/i.test(line)) {
          say("221 bye");
          socket.end();
        } else {
          say("250 yes");
        }
      }
    });
    say("220 letterbox ESMTP");
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: server.address().port,
    async next(to) {
      for (let tries = 0; tries < 300; tries += 1) {
        const at = letters.findIndex((letter) => letter.to.includes(to));
        if (at >= 0) return letters.splice(at, 1)[0];
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      throw new Error(`no letter to ${to} within half a minute`);
    },
    stop: () => new Promise((resolve) => server.close(resolve)),
  };
}

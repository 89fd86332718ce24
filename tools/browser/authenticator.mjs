// An authenticator app: time-based codes (RFC 6238: six digits, 30 seconds, SHA-1) of a secret typed by hand.

import { createHmac } from "node:crypto";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const STEP = 30_000;

function bytesOf(secret) {
  let bits = "";
  for (const letter of secret.toUpperCase().replace(/[^A-Z2-7]/g, "")) {
    bits += LETTERS.indexOf(letter).toString(2).padStart(5, "0");
  }
  return Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
}

/** The code of one step. */
export function codeOf(secret, step) {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac("sha1", bytesOf(secret)).update(counter).digest();
  const at = mac[19] & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

/** Gives codes of one secret, never the same step twice. */
export class Authenticator {
  #secret;
  #last = 0;

  constructor(secret) {
    this.#secret = secret;
  }

  /** A code that was not given before. A neighbouring step is good too; beyond it this waits for the clock. */
  async next() {
    const wanted = Math.max(this.#last + 1, Math.floor(Date.now() / STEP));
    while (wanted > Math.floor(Date.now() / STEP) + 1) await new Promise((resolve) => setTimeout(resolve, 500));
    this.#last = wanted;
    return codeOf(this.#secret, wanted);
  }

  /** The code that was given last. */
  again() {
    return codeOf(this.#secret, this.#last);
  }
}

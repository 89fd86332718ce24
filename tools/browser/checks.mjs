// Counts checks and prints one line for each; the last line of a run is "N passed, N failed".

let passed = 0;
let failed = 0;

/** One check: `ok` decides, `detail` is printed when it failed. Gives `ok` back. */
export function check(name, ok, detail = "") {
  if (ok) passed += 1;
  else failed += 1;
  console.log(`${ok ? "ok  " : "FAIL"}  ${name}${ok || !detail ? "" : `: ${detail}`}`);
  return Boolean(ok);
}

/** Two values that must be the same. */
export function same(name, got, wanted) {
  return check(name, got === wanted, `got ${JSON.stringify(got)}, wanted ${JSON.stringify(wanted)}`);
}

/** Something worth knowing that no check depends on. */
export function note(text) {
  console.log(`note  ${text}`);
}

/** Runs a walk; whatever it throws is one failed check, so that the other walks still run. */
export async function walk(name, steps) {
  console.log(`\n-- ${name}`);
  try {
    await steps();
  } catch (error) {
    check(`${name} runs to its end`, false, error.stack?.split("\n").slice(0, 12).join("\n      ") ?? String(error));
  }
}

/** Prints the closing line; true when nothing failed. */
export function summary() {
  console.log(`\n${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0;
}

// Measures in a headless browser: `cargo xtask bench --browser [NAME...]`.
//
// The page opened as `index.html?bench=NAME,NAME` (nothing after the sign: every name) writes its
// figures into the element `#bench-output`, one line `NAME VALUE UNIT` each, then a line `done`.
// A line that begins with `error` ends the run as a failure.

import { Playground } from "./lib/playground.mjs";

const minutesMax = 20;

const playground = new Playground();
await playground.start();
try {
  const query = { bench: process.argv.slice(2).join(",") };
  await playground.visit({ query, motion: "no-preference" }, printFigures);
} finally {
  await playground.stop();
}

async function printFigures(page) {
  const output = page.locator("#bench-output");
  const end = Date.now() + minutesMax * 60_000;
  let shown = 0;
  while (Date.now() < end) {
    const text = (await output.count()) ? await output.innerText() : "";
    // The last line may still be growing; it is complete once another follows it.
    const lines = text.trimEnd().split("\n");
    if (lines.at(-1) !== "done") lines.pop();
    for (const line of lines.slice(shown)) {
      if (line === "done") return;
      if (line.startsWith("error")) throw new Error(line);
      const [name, ...figure] = line.split(" ");
      console.log([`${name}-browser`, ...figure].join(" "));
    }
    shown = lines.length;
    await page.waitForTimeout(250);
  }
  throw new Error(`the page did not finish its figures in ${minutesMax} minutes`);
}

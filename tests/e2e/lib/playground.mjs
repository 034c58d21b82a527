// What every end-to-end test needs: the page in a real browser, watched for errors.
//
//   const playground = usePlayground();
//   for (const variant of variants) {
//     test(`what a person sees (${variant.name})`, () =>
//       playground.visit(variant, async (page) => { ... playwright-core's Page ... }));
//   }
//
// A visit fails when the page logs an error (as a browser itself does for a missing file), throws,
// or cannot load something.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before } from "node:test";
import { chromium } from "playwright-core";
import { startServer } from "./server.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Both languages in both themes: what every view has to be right in. */
export const variants = ["ko", "en"].flatMap((lang) =>
  ["light", "dark"].map((theme) => ({ name: `${lang}, ${theme}`, lang, theme })),
);

/** The sizes of a phone, a tablet and a desk. */
export const sizes = {
  phone: { width: 390, height: 844 },
  tablet: { width: 768, height: 1024 },
  desk: { width: 1440, height: 900 },
};

/** Starts the browser and the server before the tests of a file and ends them afterwards. */
export function usePlayground() {
  const playground = new Playground();
  before(() => playground.start());
  after(() => playground.stop());
  return playground;
}

export class Playground {
  async start() {
    this.server = await startServer();
    this.browser = await chromium.launch({
      executablePath: process.env.CHROME,
      args: [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    });
  }

  async stop() {
    await this.browser?.close();
    this.server?.close();
  }

  /**
   * Opens the page as a new person would and hands it to `body`. `query` adds to the address,
   * `size` is one of `sizes`, `motion` whether things may move.
   */
  async visit(
    { lang = "en", theme = "light", size = sizes.desk, motion = "reduce", query = {} },
    body,
  ) {
    const context = await this.browser.newContext({
      viewport: size,
      locale: lang === "ko" ? "ko-KR" : "en-US",
      colorScheme: theme,
      reducedMotion: motion,
    });
    try {
      const page = await context.newPage();
      const errors = watch(page);
      const address = new URL(this.server.url);
      address.search = new URLSearchParams({ lang, theme, ...query });
      await page.goto(String(address));
      await page.locator("main").first().waitFor();
      const result = await body(page);
      assert.deepEqual(errors, [], "the page reported errors");
      return result;
    } finally {
      await context.close();
    }
  }
}

/** Fails with one line per finding when axe-core finds anything on the page as it is now. */
export async function assertAccessible(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  const findings = violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} (${help}) at ${target}: ${failureSummary}`),
  );
  assert.deepEqual(findings, [], "axe-core found something");
}

/** Collects everything that went wrong on a page. */
function watch(page) {
  const errors = [];
  page.on("pageerror", (error) => errors.push(`thrown: ${error.stack ?? error}`));
  page.on("console", (message) => {
    const { url } = message.location();
    if (message.type() === "error") errors.push(`logged: ${message.text()} (${url})`);
  });
  page.on("requestfailed", (request) => errors.push(`not loaded: ${request.url()}`));
  return errors;
}

// The page loads without a single error and is accessible, in every variant and at every size.

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAccessible, sizes, usePlayground, variants } from "./lib/playground.mjs";

const playground = usePlayground();

for (const variant of variants) {
  for (const [sizeName, size] of Object.entries(sizes)) {
    test(`the page loads (${variant.name}, ${sizeName})`, () =>
      playground.visit({ ...variant, size }, async (page) => {
        assert.match(await page.title(), /Orrery/);
        assert.equal(await page.locator("h1:visible").count(), 1, "one main heading");
        await assertAccessible(page);
      }));
  }
}

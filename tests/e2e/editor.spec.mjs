// The code editor by itself: its functions, its keys, Korean input, and its accessibility.

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAccessible, usePlayground, variants } from "./lib/playground.mjs";

const playground = usePlayground();
const manifest = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: 웹\n";

/** Visits the page with an editor in it; `body` gets the page and its editing area. */
function withEditor(variant, body) {
  return playground.visit(variant, async (page) => {
    await page.evaluate(async (doc) => {
      const editor = await import("./lazy/editor.js");
      const parent = document.createElement("div");
      // Over the page, which has an editor of its own.
      parent.style.cssText = "position: fixed; inset: 60px 0 auto; height: 300px; z-index: 99";
      document.querySelector("main").append(parent);
      const heard = { changes: [], applied: 0 };
      const view = editor.create(parent, {
        doc,
        label: "Bench",
        phrases: { Find: "찾기" },
        onChange: (text) => heard.changes.push(text),
        onApply: () => (heard.applied += 1),
      });
      globalThis.bench = { editor, view, heard };
    }, manifest);
    const area = page.getByRole("textbox", { name: "Bench" });
    await area.click();
    await body(page, area);
  });
}

const text = (page) => page.evaluate(() => bench.editor.getDoc(bench.view));
const call = (page, name, ...args) =>
  page.evaluate(([name, args]) => bench.editor[name](bench.view, ...args), [name, args]);

test("a person's changes are heard, the page's own are not", () =>
  withEditor({}, async (page) => {
    await page.keyboard.press("Control+End");
    await page.keyboard.type("spec:");
    await call(page, "setDoc", "kind: Node\n");
    const { changes } = await page.evaluate(() => bench.heard);
    assert.equal(changes.at(-1), `${manifest}spec:`);
    assert.equal(await text(page), "kind: Node\n");
    await page.keyboard.press("Control+z");
    assert.equal(await text(page), `${manifest}spec:`);
  }));

test("Mod-Enter applies and changes nothing", () =>
  withEditor({}, async (page) => {
    await page.keyboard.press("Control+Enter");
    assert.equal((await page.evaluate(() => bench.heard)).applied, 1);
    assert.equal(await text(page), manifest);
  }));

test("Tab indents with spaces, Escape and Tab leave", () =>
  withEditor({}, async (page, area) => {
    await page.keyboard.press("Control+Home");
    await page.keyboard.press("Tab");
    assert.equal(await text(page), `  ${manifest}`);
    await page.keyboard.press("Shift+Tab");
    assert.equal(await text(page), manifest);
    await page.keyboard.press("Escape");
    await page.keyboard.press("Tab");
    assert.equal(await area.evaluate((node) => node.contains(document.activeElement)), false);
    assert.equal(await text(page), manifest);
  }));

test("Hangul is composed where the cursor is", () =>
  withEditor({ lang: "ko" }, async (page) => {
    const browser = await page.context().newCDPSession(page);
    await call(page, "reveal", 4, 10);
    const at = { selectionStart: 1, selectionEnd: 1 };
    for (const text of ["ㅍ", "파", "팓"]) {
      await browser.send("Input.imeSetComposition", { text, ...at });
    }
    await browser.send("Input.insertText", { text: "파드" });
    assert.equal(await text(page), manifest.replace("웹", "웹파드"));
  }));

test("diagnostics are marked where they belong, in characters", () =>
  withEditor({}, async (page) => {
    await call(page, "setDoc", "name: 😀 nope\n");
    await call(page, "setDiagnostics", [
      { line: 1, column: 9, severity: "error", message: "not a name" },
      { line: 7, column: 1, severity: "warning", message: "beyond the end" },
    ]);
    assert.equal(await page.locator(".cm-lintRange-error").innerText(), "nope");
    await page.keyboard.press("F8");
    await page.getByText("not a name").first().waitFor();
    await call(page, "setDiagnostics", []);
    assert.equal(await page.locator(".cm-lintRange").count(), 0);
  }));

test("completions come from the page and replace the word", () =>
  withEditor({}, async (page) => {
    await page.evaluate(() =>
      bench.editor.setCompletions(bench.view, (text, line, column) => ({
        column: 1,
        options: [{ label: "metadata", detail: `${line}:${column} of ${text.length}` }],
      })),
    );
    await page.keyboard.press("Control+End");
    await page.keyboard.type("me", { delay: 20 });
    const option = page.getByRole("option", { name: "metadata" });
    await option.waitFor();
    assert.match(await option.innerText(), new RegExp(`5:3 of ${manifest.length + 2}`));
    // CodeMirror ignores a choice made within moments of the list's appearance.
    await page.waitForTimeout(150);
    await page.keyboard.press("Tab");
    assert.equal(await text(page), `${manifest}metadata`);
  }));

test("a read-only editor refuses changes", () =>
  withEditor({}, async (page) => {
    await call(page, "setReadOnly", true);
    await page.keyboard.type("x");
    await page.keyboard.press("Tab");
    assert.equal(await text(page), manifest);
  }));

for (const variant of variants) {
  test(`the editor is accessible and speaks the page's words (${variant.name})`, () =>
    withEditor(variant, async (page) => {
      await page.keyboard.press("Control+f");
      await page.getByRole("textbox", { name: "찾기" }).waitFor();
      await call(page, "setDiagnostics", [
        { line: 2, column: 7, severity: "info", message: "stored, not simulated" },
      ]);
      await assertAccessible(page);
      await call(page, "setLanguage", "시험대", {});
      await page.getByRole("textbox", { name: "시험대" }).waitFor();
    }));
}

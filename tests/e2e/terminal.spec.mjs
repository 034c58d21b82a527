// The terminal: Tab completes and leaves, Hangul is composed undisturbed, `kubectl edit` opens the
// editor, and the cluster goes out as a script and comes in again.

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAccessible, sizes, usePlayground, variants } from "./lib/playground.mjs";

const playground = usePlayground();

const words = {
  en: {
    input: "Command",
    output: "Terminal output",
    apply: /^Apply/,
    manifest: "Manifest",
    portable: "Take it to a real cluster",
    bring: "Bring a real cluster here",
    import: "Import",
    read: /2 objects and 1 nodes read; 1 that controllers make again/,
  },
  ko: {
    input: "명령",
    output: "터미널 출력",
    apply: /^적용/,
    manifest: "매니페스트",
    portable: "실제 클러스터로 가져가기",
    bring: "실제 클러스터 불러오기",
    import: "불러오기",
    read: /오브젝트 2개와 노드 1개를 읽었다. 컨트롤러가 다시 만들 1개/,
  },
};

/** Visits the page, waits until its cluster is up, and focuses the terminal. */
function visit(variant, body) {
  return playground.visit(variant, async (page) => {
    await page.locator(".page[data-booting]").waitFor({ state: "detached" });
    const word = words[variant.lang ?? "en"];
    await body(page, page.getByRole("textbox", { name: word.input, exact: true }), word);
  });
}

async function run(page, line, text) {
  await line.fill(text);
  await line.press("Enter");
}

test("Tab completes what has been typed, and leaves an empty line", () =>
  visit({}, async (page, line) => {
    await line.click();
    await line.pressSequentially("kubectl desc");
    await line.press("Tab");
    await page.waitForFunction(() => document.activeElement.value === "kubectl describe ");
    await line.pressSequentially("node node-");
    await line.press("Tab");
    await page.locator(".terminal__options", { hasText: "node-2" }).waitFor();
    await line.press("2");
    await line.press("Tab");
    await page.waitForFunction(() => document.activeElement.value === "kubectl describe node node-2 ");
    // Escape, then Tab: as everywhere else.
    await line.press("Escape");
    await line.press("Tab");
    assert.equal(await line.evaluate((node) => node === document.activeElement), false);
    await line.fill("");
    await line.press("Tab");
    assert.equal(await line.evaluate((node) => node === document.activeElement), false);
  }));

test("Hangul is composed undisturbed", () =>
  visit({ lang: "ko" }, async (page, line) => {
    const browser = await page.context().newCDPSession(page);
    await line.click();
    await page.keyboard.insertText("echo ");
    const at = { selectionStart: 1, selectionEnd: 1 };
    for (const text of ["ㅍ", "파", "팓"]) {
      await browser.send("Input.imeSetComposition", { text, ...at });
    }
    await browser.send("Input.insertText", { text: "파드" });
    assert.equal(await line.inputValue(), "echo 파드");
  }));

test("kubectl edit opens the editor, and Apply finishes it", () =>
  visit({}, async (page, line, word) => {
    await run(page, line, "kubectl create configmap mine --from-literal=color=blue");
    const output = page.getByRole("log", { name: word.output });
    await output.getByText("configmap/mine created").waitFor();
    await run(page, line, "kubectl edit configmap mine");
    const editor = page.getByRole("textbox", { name: word.manifest });
    await editor.filter({ hasText: "Please edit the object below" }).waitFor();
    await editor.click();
    await page.keyboard.press("Control+a");
    await page.keyboard.insertText(
      "apiVersion: v1\ndata:\n  color: red\nkind: ConfigMap\nmetadata:\n  name: mine\n  namespace: default\n",
    );
    await page.getByRole("button", { name: word.apply }).click();
    await output.getByText("configmap/mine edited").waitFor();
  }));

for (const variant of variants) {
  test(`a cluster goes out and a real one comes in (${variant.name})`, () =>
    visit(variant, async (page, line, word) => {
      await page.getByRole("button", { name: word.portable }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByText("kind create cluster --config kind.yaml").waitFor();
      await assertAccessible(page);
      const list = {
        apiVersion: "v1",
        kind: "List",
        items: [
          { apiVersion: "v1", kind: "Node", metadata: { name: "worker-a" } },
          { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" }, data: { x: "y" } },
          { apiVersion: "v1", kind: "Namespace", metadata: { name: "dev" } },
          {
            apiVersion: "v1",
            kind: "Pod",
            metadata: {
              name: "p",
              ownerReferences: [
                { apiVersion: "apps/v1", kind: "ReplicaSet", name: "r", uid: "u", controller: true },
              ],
            },
          },
        ],
      };
      await dialog.getByRole("textbox", { name: word.bring }).fill(JSON.stringify(list));
      await dialog.getByRole("button", { name: word.import, exact: true }).click();
      await page.getByText(word.read).waitFor();
      await page.locator(".worker", { hasText: "worker-a" }).waitFor();
      await page.getByRole("log", { name: word.output }).getByText("configmap/a created").waitFor();
    }));
}

test("the dialog fits a phone", () =>
  visit({ lang: "ko", size: sizes.phone }, async (page, line, word) => {
    await page.getByRole("button", { name: word.portable }).click();
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= 390, `${wide} px wide`);
    await assertAccessible(page);
  }));

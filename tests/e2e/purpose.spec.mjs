// What the playground is for, as a stranger does it: paste a Deployment, press play, see where its
// pods go and why, step a Raft heartbeat message by message, step back, stop a node, see the pods
// move. With the mouse in both themes, and once with the keyboard alone.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { assertAccessible, sizes, usePlayground, variants } from "./lib/playground.mjs";

const playground = usePlayground();
const example = (name) =>
  readFile(new URL(`../../examples/${name}.yaml`, import.meta.url), "utf8");

/** What the page calls the things these tests touch. */
const words = {
  en: {
    apply: /^Apply/,
    manifest: "Manifest",
    play: "Play",
    pause: "Pause",
    forward: "Step forward",
    back: "Step back",
    toNow: "Back to now",
    terminal: "Command",
    events: "Events",
    breakMenu: "Break something",
    stop: (node) => `Stop ${node}`,
    placed: /^On node-\d .* could take it\.$/,
    applied: "You applied deployment.yaml",
    off: "off because you stopped it",
    error: /unknown field "metadata.namepsace"/,
  },
  ko: {
    apply: /^적용/,
    manifest: "매니페스트",
    play: "재생",
    pause: "일시정지",
    forward: "한 단계 앞으로",
    back: "한 단계 뒤로",
    toNow: "지금으로 돌아가기",
    terminal: "명령",
    events: "이벤트",
    breakMenu: "고장 내기",
    stop: (node) => `${node} 끄기`,
    placed: /노드.*node-\d에 놓였다\.$/,
    applied: "deployment.yaml을 적용했다",
    off: "직접 껐기 때문에 꺼져 있다",
    error: /unknown field "metadata.namepsace"/,
  },
};

/** Visits the page and waits until its cluster is up. */
function visit(variant, body) {
  return playground.visit(variant, async (page) => {
    await page.locator(".worker", { hasText: "Ready" }).nth(2).waitFor();
    await page.locator(".page[data-booting]").waitFor({ state: "detached" });
    await body(page, words[variant.lang ?? "en"]);
  });
}

/** Puts a text into the editor in place of what is there. */
async function paste(page, word, text) {
  const editor = page.getByRole("textbox", { name: word.manifest });
  await editor.click();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText(text);
}

/** A button of the time bar; an empty map invites to play as well. */
const timeButton = (page, name) =>
  page.locator(".transport").getByRole("button", { name, exact: true });
const button = (page, name) => page.getByRole("button", { name, exact: typeof name === "string" });
const tiles = (page) => page.locator(".pod__face", { hasText: "Running" });
const caption = (page) => page.locator(".caption__text");

/** Runs time at a good speed until `locator` is there. */
async function playUntil(page, word, locator) {
  await page.getByRole("slider").first().waitFor();
  await timeButton(page, word.play).click();
  await locator.waitFor({ timeout: 60_000 });
  await timeButton(page, word.pause).click();
}

for (const variant of variants) {
  test(`a stranger's first visit (${variant.name})`, () =>
    visit(variant, async (page, word) => {
      await paste(page, word, await example("deployment"));
      await button(page, word.apply).click();
      await page.locator(".terminal__line", { hasText: "httpd-frontend created" }).waitFor();
      await playUntil(page, word, tiles(page).nth(2));
      await assertAccessible(page);

      // Where its pods went, and why.
      await tiles(page).first().click();
      const answer = page.locator(".answer");
      await answer.waitFor();
      assert.match(await answer.innerText(), word.placed);
      assert.ok(await page.locator(".scores__row--chosen").count(), "the scores are shown");
      const causes = page.locator(".causes__text");
      assert.equal(await causes.first().innerText(), word.applied);
      await page.getByRole("tab", { name: word.events }).click();
      await page.getByText("Successfully assigned default/").first().waitFor();
      await assertAccessible(page);
    }));

  test(`Raft is stepped message by message, and back (${variant.name})`, () =>
    visit(variant, async (page, word) => {
      const told = caption(page);
      let heartbeats = 0;
      for (let step = 0; step < 60 && heartbeats < 3; step += 1) {
        await button(page, word.forward).click();
        if (/heartbeat/.test(await told.innerText())) heartbeats += 1;
      }
      assert.equal(heartbeats, 3, "heartbeats were seen arriving");
      const position = page.locator(".position");
      const before = await position.innerText();
      await button(page, word.forward).click();
      assert.notEqual(await position.innerText(), before);
      await button(page, word.back).click();
      assert.equal((await position.innerText()).split("/")[0], before.split("/")[0]);
      await button(page, word.toNow).click();
      await assertAccessible(page);
    }));

  test(`pods leave a node that was stopped (${variant.name})`, () =>
    visit(variant, async (page, word) => {
      await page.getByRole("textbox", { name: word.manifest }).waitFor();
      await button(page, word.apply).click();
      await playUntil(page, word, tiles(page).nth(2));
      await button(page, word.breakMenu).click();
      await page.getByRole("menuitem", { name: word.stop("node-2") }).click();
      // Five minutes of tolerance pass quickly at a hundred times real time.
      const speed = page.getByRole("slider", { name: /^(Speed|속도)$/ });
      await speed.focus();
      for (let stop = 0; stop < 5; stop += 1) await page.keyboard.press("ArrowRight");
      await timeButton(page, word.play).click();
      const rest = page.locator(".worker:not(.card--off) .pod__face", { hasText: "Running" });
      await rest.nth(2).waitFor({ timeout: 60_000 });
      await timeButton(page, word.pause).click();
      await page.locator(".card--off .card__name").first().click();
      await page.getByText(word.off).first().waitFor();
      await assertAccessible(page);
    }));
}

test("a misspelt manifest is told of at once, and refused in Kubernetes' words", () =>
  visit({ lang: "en" }, async (page, word) => {
    await paste(page, word, await example("pod-namespace"));
    await page.locator(".problems").getByText(word.error).first().waitFor();
    await button(page, word.apply).click();
    await page.locator(".terminal__line--error", { hasText: "strict decoding error" }).waitFor();
  }));

test("the keyboard alone is enough", () =>
  visit({ lang: "en" }, async (page, word) => {
    await page.getByRole("textbox", { name: word.manifest }).focus();
    await page.keyboard.press("Control+Enter");
    await page.locator(".terminal__line", { hasText: "created" }).waitFor();
    // To the cluster, as the first link of the page offers.
    await page.locator(".skip").focus();
    await page.keyboard.press("Enter");
    await page.keyboard.press("k");
    await tiles(page).nth(2).waitFor({ timeout: 60_000 });
    await page.keyboard.press("k");
    const position = page.locator(".position");
    const before = await position.innerText();
    await page.keyboard.press(",");
    assert.notEqual(await position.innerText(), before);
    await page.keyboard.press(".");
    await page.getByRole("textbox", { name: word.terminal }).focus();
    await page.keyboard.type("kubectl get pods -o wide");
    await page.keyboard.press("Enter");
    await page.locator(".terminal__line", { hasText: "NOMINATED NODE" }).waitFor();
  }));

test("a phone is enough", () =>
  visit({ lang: "ko", size: sizes.phone }, async (page, word) => {
    const panel = (name) => page.locator(".panel-bar__item", { hasText: name });
    await panel("YAML").click();
    await button(page, word.apply).click();
    await panel("클러스터").click();
    await playUntil(page, word, tiles(page).nth(2));
    await assertAccessible(page);
  }));

// The Raft bench, as a student uses it: each scene is played and shows what it says, the logs tell
// entries from entries, messages are stepped, and what must always hold holds all the while.

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAccessible, sizes, usePlayground, variants } from "./lib/playground.mjs";

const playground = usePlayground();
const speedWord = /^(Speed|속도)$/;
const playWord = /^(Play|재생)$/;
const pauseWord = /^(Pause|일시정지)$/;

/** Visits the bench and waits until its cluster is up. */
function visit(variant, body) {
  return playground.visit({ ...variant, query: { view: "raft" } }, async (page) => {
    await page.locator(".page[data-booting]").waitFor({ state: "detached" });
    await leader(page).waitFor();
    await body(page);
    assert.equal(await page.locator(".raft .lamp").count(), 6);
    assert.equal(await page.locator(".lamp--broken").count(), 0, "what must hold holds");
  });
}

const leader = (page) => page.locator(".member--leader");
const play = (page, scene) => page.locator(`[data-scene="${scene}"]`).click();
const text = (element) => element.innerText();

async function term(member) {
  const words = await text(member.locator(".member__term"));
  return Number(words.match(/\d+/)[0]);
}

/** Waits until `read` gives something true, and gives it. */
async function until(what, read) {
  for (let turn = 0; turn < 300; turn += 1) {
    const value = await read();
    if (value) return value;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.fail(`it never came to this: ${what}`);
}

/** The leader's name and term once there is one whose term is at least `least`. */
function elected(page, least) {
  return until(`a leader of term ${least}`, async () => {
    if ((await leader(page).count()) !== 1) return null;
    const member = leader(page).first();
    const name = await text(member.locator(".member__name"));
    const now = await term(member);
    return now >= least ? { name, term: now } : null;
  });
}

for (const variant of variants) {
  test(`the bench is readable by everyone (${variant.name})`, () =>
    visit(variant, async (page) => {
      await page.locator(".entry--edge").first().waitFor();
      assert.equal(await page.locator(".entry--edge").count(), 3, "each log has its edge");
      await assertAccessible(page);
    }));
}

test("the first election", () =>
  visit({}, async (page) => {
    await play(page, "first-election");
    await until("nobody leads", async () => (await leader(page).count()) === 0);
    assert.ok((await elected(page, 2)).term >= 2);
  }));

test("a leader crashes and returns as a follower", () =>
  visit({}, async (page) => {
    const old = await elected(page, 2);
    await play(page, "leader-crash");
    await page.locator(".member--stopped", { hasText: old.name }).waitFor();
    const next = await elected(page, old.term + 1);
    assert.notEqual(next.name, old.name);
    await page.locator(".member--stopped").waitFor({ state: "detached" });
    const back = page.locator(".member", { hasText: old.name });
    await until("it learns the term", async () => (await term(back)) === next.term);
    assert.equal(await page.locator(".member--leader", { hasText: old.name }).count(), 0);
  }));

test("an old leader returns, compares terms, and follows", () =>
  visit({}, async (page) => {
    const old = await elected(page, 2);
    await play(page, "old-leader-returns");
    await page.locator(".way--cut").first().waitFor({ state: "attached" });
    const member = page.locator(".member", { hasText: old.name });
    await until("another leads", async () => {
      const names = await leader(page).locator(".member__name").allInnerTexts();
      return names.some((name) => name !== old.name);
    });
    await page.locator(".way--cut").first().waitFor({ state: "detached" });
    await until("it follows", async () => (await term(member)) > old.term);
    await elected(page, old.term + 1);
  }));

test("pre-vote keeps the term of a member that was cut off", () =>
  visit({}, async (page) => {
    const before = await elected(page, 2);
    await play(page, "pre-vote");
    await page.locator(".member--pre-candidate").waitFor();
    await page.locator(".way--cut").first().waitFor({ state: "detached" });
    await page.locator(".member--pre-candidate").waitFor({ state: "detached" });
    assert.deepEqual(await elected(page, 2), before);
  }));

test("without a quorum nobody leads, and with one somebody does", () =>
  visit({}, async (page) => {
    const before = await elected(page, 2);
    await play(page, "quorum-lost");
    await until("two are stopped", async () => (await page.locator(".member--stopped").count()) === 2);
    await until("nobody leads", async () => (await leader(page).count()) === 0);
    await page.locator(".member--stopped").first().waitFor({ state: "detached" });
    await elected(page, before.term + 1);
  }));

test("a split vote is decided in a later round", () =>
  visit({}, async (page) => {
    const before = await elected(page, 2);
    await play(page, "split-vote");
    await page.locator(".member--stopped", { hasText: before.name }).waitFor();
    await until("both others stand", async () => {
      const standing = page.locator(".member--candidate, .member--pre-candidate");
      return (await standing.count()) === 2;
    });
    assert.notEqual((await elected(page, before.term + 1)).name, before.name);
    await page.locator(".member--stopped").waitFor({ state: "detached" });
  }));

test("a leader hands over", () =>
  visit({}, async (page) => {
    const before = await elected(page, 2);
    await play(page, "transfer");
    const after = await elected(page, before.term + 1);
    assert.notEqual(after.name, before.name);
    await page.locator(".terminal__line", { hasText: "Leadership transferred" }).waitFor();
  }));

test("hands on a message, on a member, on the cables", () =>
  visit({}, async (page) => {
    const forward = page.getByRole("button", { name: "Step forward" });
    const message = page.locator(".ring__message").first();
    for (let step = 0; step < 80 && (await message.count()) === 0; step += 1) await forward.click();
    await message.click();
    const hands = page.getByRole("group", { name: "What to do with it" });
    await hands.getByRole("button", { name: "Hold" }).click();
    await page.locator(".pill--held").waitFor();

    const follower = page.locator(".member:not(.member--leader)").first();
    await follower.click();
    await hands.getByRole("button", { name: "Crash" }).click();
    await page.locator(".member--stopped").waitFor();

    const loss = page.getByRole("slider", { name: "Loss" });
    await loss.focus();
    for (let stop = 0; stop < 6; stop += 1) await page.keyboard.press("ArrowRight");
    await page.locator(".dials__warning", { hasText: "may not last" }).waitFor();
    await page.getByRole("button", { name: "Mend everything" }).click();
    await until("the cables are well", async () => !(await text(page.locator(".dials__warning"))));
  }));

test("messages travel, step by step", () =>
  visit({}, async (page) => {
    const forward = page.getByRole("button", { name: "Step forward" });
    const seen = new Set();
    for (let step = 0; step < 80 && !seen.has("heartbeat"); step += 1) {
      await forward.click();
      for (const label of await page.locator(".ring__message").allInnerTexts()) seen.add(label);
    }
    assert.ok(seen.has("heartbeat"), `only these were seen: ${[...seen].join(", ")}`);
  }));

test("a phone shows the bench as well", () =>
  visit({ size: sizes.phone }, async (page) => {
    await page.getByRole("button", { name: playWord }).click();
    await page.locator(".member__timer").first().waitFor({ state: "attached" });
    await page.getByRole("button", { name: pauseWord }).click();
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    assert.equal(wide, false, "nothing sticks out");
    assert.ok(await page.getByRole("slider", { name: speedWord }).count());
    await assertAccessible(page);
  }));

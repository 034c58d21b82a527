// The Raft bench, as a student uses it: each scene is played beat by beat and shows what it says,
// the logs tell entries from entries, messages are stepped, and what must always hold holds all the
// while.

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAccessible, sizes, usePlayground, variants } from "./lib/playground.mjs";

const playground = usePlayground();
const speedWord = /^(Speed|속도)$/;
const playWord = /^(Play|재생)$/;
const pauseWord = /^(Pause|일시정지)$/;

/** Visits the bench and waits until its cluster is up. */
function visit({ query, ...variant }, body) {
  return playground.visit({ ...variant, query: { view: "raft", ...query } }, async (page) => {
    await page.locator(".page[data-booting]").waitFor({ state: "detached" });
    await leader(page).waitFor();
    await body(page);
    assert.equal(await page.locator(".raft .lamp").count(), 6);
    assert.equal(await page.locator(".lamp--broken").count(), 0, "what must hold holds");
  });
}

const leader = (page) => page.locator(".member--leader");
const text = (element) => element.innerText();

/** Begins a scene and waits until its first beat is told. */
async function play(page, scene) {
  await page.locator(`[data-scene="${scene}"]`).click();
  await told(page, 1);
}

/** Waits until beat `number` is told, and gives what is said of it. */
async function told(page, number) {
  return until(`beat ${number}`, async () => {
    const shown = await page.locator(".beat__number").allInnerTexts();
    if (!shown[0]?.startsWith(`${number} /`)) return null;
    const words = await text(page.locator(".beat__text"));
    return words.length > 30 ? words : null;
  });
}

/** Goes on to the next beat. */
async function next(page) {
  const now = Number((await text(page.locator(".beat__number"))).split(" /")[0]);
  await page.getByRole("button", { name: "Next" }).click();
  return told(page, now + 1);
}

/** Plays a scene to its end and gives how many beats it had. */
async function toEnd(page) {
  const count = Number((await text(page.locator(".beat__number"))).split("/ ")[1]);
  const at = Number((await text(page.locator(".beat__number"))).split(" /")[0]);
  for (let beat = at; beat < count; beat += 1) await next(page);
  assert.ok(await page.getByRole("button", { name: "Next" }).isDisabled(), "this is the end");
  return count;
}

/** The words in the last row of the terminal. */
const printed = (page, words) => page.locator(".terminal__line", { hasText: words }).first();

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
    assert.equal(await leader(page).count(), 0, "nobody leads yet");
    await next(page);
    assert.ok((await elected(page, 2)).term >= 2);
    assert.match(await next(page), /heartbeats/);
  }));

test("a leader crashes and returns as a follower", () =>
  visit({}, async (page) => {
    const old = await elected(page, 2);
    await play(page, "leader-crash");
    await page.locator(".member--stopped", { hasText: old.name }).waitFor();
    await next(page);
    await page.locator(".member--candidate, .member--pre-candidate").first().waitFor();
    await next(page);
    const successor = await elected(page, old.term + 1);
    assert.notEqual(successor.name, old.name);
    assert.match(await next(page), new RegExp(`^${old.name} is back`));
    const back = page.locator(".member", { hasText: old.name });
    await until("it learns the term", async () => (await term(back)) === successor.term);
    assert.equal(await page.locator(".member--leader", { hasText: old.name }).count(), 0);
  }));

test("an old leader returns, compares terms, and follows", () =>
  visit({}, async (page) => {
    const old = await elected(page, 2);
    await play(page, "old-leader-returns");
    await page.locator(".way--cut").first().waitFor({ state: "attached" });
    await next(page);
    await next(page);
    assert.notEqual((await elected(page, old.term + 1)).name, old.name);
    await next(page);
    await page.locator(".way--cut").first().waitFor({ state: "detached" });
    const member = page.locator(".member", { hasText: old.name });
    await until("it follows", async () => (await term(member)) > old.term);
  }));

test("pre-vote keeps the term of a member that was cut off", () =>
  visit({}, async (page) => {
    const before = await elected(page, 2);
    await play(page, "pre-vote");
    await next(page);
    await page.locator(".member--pre-candidate").waitFor();
    await next(page);
    await page.locator(".member--pre-candidate").waitFor({ state: "detached" });
    assert.deepEqual(await elected(page, 2), before);
  }));

test("without a quorum nobody leads, and with one somebody does", () =>
  visit({}, async (page) => {
    const before = await elected(page, 2);
    await play(page, "quorum-lost");
    assert.equal(await page.locator(".member--stopped").count(), 2);
    await next(page);
    assert.equal(await leader(page).count(), 0);
    await next(page);
    await elected(page, before.term + 1);
  }));

test("a split vote is decided in a later round", () =>
  visit({}, async (page) => {
    const before = await elected(page, 2);
    await play(page, "split-vote");
    await page.locator(".member--stopped", { hasText: before.name }).waitFor();
    await next(page);
    const standing = page.locator(".member--candidate, .member--pre-candidate");
    assert.equal(await standing.count(), 2, "both others stand");
    await next(page);
    assert.notEqual((await elected(page, before.term + 1)).name, before.name);
    await next(page);
    assert.equal(await page.locator(".member--stopped").count(), 0);
  }));

test("a leader hands over", () =>
  visit({}, async (page) => {
    const before = await elected(page, 2);
    await play(page, "transfer");
    await toEnd(page);
    assert.notEqual((await elected(page, before.term + 1)).name, before.name);
    await printed(page, "Leadership transferred").waitFor();
  }));

test("of two sides the majority goes on", () =>
  visit({}, async (page) => {
    await play(page, "partition");
    assert.equal(await page.locator(".member").count(), 5);
    assert.equal(await page.locator(".hull").count(), 2, "two groups");
    await next(page);
    await next(page);
    await next(page);
    await printed(page, "OK").waitFor();
    await toEnd(page);
    assert.equal(await page.locator(".hull").count(), 0);
    assert.equal(await leader(page).count(), 1);
  }));

/** The terms of the entries in each log, as classes of colour. */
async function logs(page) {
  const rows = await page.locator(".logs__table tbody tr").all();
  const colours = (row) =>
    row.locator(".entry").evaluateAll((all) =>
      all.map((entry) => /entry--term-(\d)/.exec(entry.className)[1]).join(""),
    );
  return Promise.all(rows.map(colours));
}

test("figure 7: six ways to differ, all repaired", () =>
  visit({}, async (page) => {
    await play(page, "figure-7");
    for (let beat = 1; beat < 9; beat += 1) await next(page);
    const lengths = (await logs(page)).map((log) => log.length);
    assert.deepEqual(lengths, [10, 9, 4, 11, 12, 7, 11], "as in the paper");
    assert.equal(await toEnd(page), 15);
    assert.equal(new Set(await logs(page)).size, 1, "all logs are alike");
  }));

test("figure 8: both ways it can go, and back", () =>
  visit({}, async (page) => {
    await play(page, "figure-8");
    for (let beat = 1; beat < 7; beat += 1) await next(page);
    assert.match(await told(page, 7), /overwritten/);
    const overwritten = await logs(page);
    assert.equal(await toEnd(page), 10);
    await page.locator("#branch-menu").waitFor();
    const back = page.getByRole("button", { name: "Back", exact: true });
    for (let beat = 9; beat >= 7; beat -= 1) {
      await back.click();
      await told(page, beat);
    }
    assert.deepEqual(await logs(page), overwritten, "the other future is still there");
  }));

test("members are added, promoted and replaced", () =>
  visit({}, async (page) => {
    await play(page, "membership");
    await next(page);
    await printed(page, "can only promote a learner member which is in sync").waitFor();
    await next(page);
    await page.locator(".member--learner").waitFor();
    await toEnd(page);
    assert.equal(await page.locator(".member").count(), 5);
    assert.equal(await page.locator(".member__role", { hasText: "removed" }).count(), 1);
  }));

test("a slow follower gets a snapshot", () =>
  visit({}, async (page) => {
    await play(page, "snapshot");
    await next(page);
    await next(page);
    const snapshot = page.locator(".ring__message", { hasText: "snapshot" });
    await snapshot.click();
    await page.locator(".message__value", { hasText: "MsgSnap" }).waitFor();
    await toEnd(page);
  }));

test("a backup is restored", () =>
  visit({}, async (page) => {
    await play(page, "restore");
    await next(page);
    assert.equal(await page.locator(".member--stopped").count(), 2);
    await toEnd(page);
    assert.equal(await page.locator(".member--stopped").count(), 0);
    assert.equal(await leader(page).count(), 1);
  }));

test("the cluster is as it was when the bench is left", () =>
  visit({}, async (page) => {
    const time = await text(page.locator(".position__time"));
    await page.getByRole("radio", { name: "9", exact: true }).click();
    await until("nine are on the bench", async () => (await page.locator(".member").count()) === 9);
    await page.getByRole("button", { name: "Placement" }).click();
    await page.locator(".position__time", { hasText: time }).waitFor();
    await page.getByRole("button", { name: "Raft", exact: true }).click();
    await until("three are back", async () => (await page.locator(".member").count()) === 3);
  }));

test("members are dragged apart, and put together by keyboard", () =>
  visit({ query: { members: 5 } }, async (page) => {
    const member = page.locator("#raft-member-1");
    const box = await member.boundingBox();
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2 + 90, box.y + box.height / 2 + 90, { steps: 5 });
    await page.mouse.up();
    await until("two groups", async () => (await page.locator(".hull").count()) === 2);
    await member.focus();
    await page.keyboard.press("Enter");
    await page.locator("#raft-cables").focus();
    await page.keyboard.press("Enter");
    await page.getByRole("menuitem", { name: "m1, m3, m4, m5" }).press("Enter");
    await until("one group", async () => (await page.locator(".hull").count()) === 0);
  }));

test("timeouts are turned, and refused in the words of etcd", () =>
  visit({ query: { members: 3 } }, async (page) => {
    const beat = page.getByRole("slider", { name: "Heartbeat" });
    await beat.focus();
    await page.keyboard.press("ArrowRight");
    assert.equal(await beat.getAttribute("aria-valuetext"), "200 ms");
    await page.keyboard.press("ArrowRight");
    const refusal = "--election-timeout[1000ms] should be at least as 5 times as";
    await page.locator(".dials__warning", { hasText: refusal }).waitFor();
    assert.equal(await beat.getAttribute("aria-valuetext"), "200 ms");
  }));

test("heartbeats are folded", () =>
  visit({ query: { members: 3 } }, async (page) => {
    await page.getByRole("button", { name: "Fold heartbeats" }).click();
    const before = Number(await text(page.locator(".position__now")));
    await page.getByRole("button", { name: "Step forward" }).click();
    await until("it moves over many", async () => {
      const now = Number(await text(page.locator(".position__now")));
      return now > before + 20;
    });
  }));

test("the bench alone, within another page", () =>
  playground.visit(
    { query: { view: "raft", embed: "1", members: "5", scene: "figure-8" } },
    async (page) => {
      await told(page, 1);
      assert.equal(await page.locator(".header:visible, .page__left:visible").count(), 0);
      const link = page.getByRole("link", { name: /open full/ });
      assert.doesNotMatch(await link.getAttribute("href"), /embed/);
      await next(page);
      await assertAccessible(page);
    },
  ));

test("hands on a message, on a member, on the cables", () =>
  visit({}, async (page) => {
    const forward = page.getByRole("button", { name: "Step forward" });
    const message = page.locator(".ring__message").first();
    for (let step = 0; step < 80 && (await message.count()) === 0; step += 1) await forward.click();
    await message.click();
    await page.locator(".message__name", { hasText: "term" }).first().waitFor();
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

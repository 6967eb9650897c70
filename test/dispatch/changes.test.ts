import { afterEach, describe, expect, test } from "@jest/globals";
import type { Actor } from "../../src/contract/actor.js";
import { changeDigest } from "../../src/contract/plan.js";
import type { View } from "../../src/contract/view.js";
import { type ChangeWorker, changeWorker, idOf, type Planning, votersIn } from "../support/change-worker.js";
import { answerOf, ask, type Bot, type Message, openWay, ops, until, type Way } from "../support/way.js";

let way: Way;
let worker: ChangeWorker;
afterEach(async () => {
  await worker.stop();
  await way.end();
});

const person = (user: string, name: string): Actor => ({ kind: "slack", team: "T1", user, name, bot: false, foreign: false });
const [bob, dave] = [person("U3", "bob"), person("U4", "dave")];

async function proposed(how: Planning = {}): Promise<{ bot: Bot; card: Message; id: string; digest: string; request: string }> {
  way = await openWay();
  way.roles = { U1: "operator", U2: "viewer", U3: "approver", U4: "approver" };
  worker = await changeWorker(way, how);
  const bot = await way.bot();
  const request = way.request("change");
  await ask(bot, request);
  const card = await answerOf(bot, request);
  const line = card.view.actions.find(({ label }) => label === "Approve…")?.line ?? "";
  return { bot, card, id: idOf(`${request.id}-1`), digest: line.split(" ")[2] ?? "", request: request.id };
}

/** What somebody is told who typed a line. */
async function typed(bot: Bot, text: string, actor: Actor = ops): Promise<View> {
  const request = way.request(text, { actor });
  await ask(bot, request);
  return (await answerOf(bot, request)).view;
}

const threads = (bot: Bot, wanted: RegExp): Message[] =>
  [...bot.notes.messages.values()].filter(({ view }) => wanted.test(view.verdict.text));

describe("a change that is asked for", () => {
  test("shows its card with what it does, who must agree until when, and calls the approvers in its thread", async () => {
    const { bot, card, id } = await proposed();

    expect(card.view.verdict.text).toBe(`${id} cuts tcp/25 for 1 group`);
    expect(card.view.verdict.detail).toMatch(
      /^by U1 · medium severity: needs 1 approval, not the requester's · expires \d\d:\d\d:\d\d UTC$/,
    );
    expect(card.view.actions.map(({ label }) => label)).toEqual(["Approve…", "Reject…", "Withdraw"]);
    expect(card.view.actions[0]?.confirm?.text).toBe("cuts tcp/25 for 1 group");
    await until(() => threads(bot, /needs 1 approval/).length === 1);
    const [note] = threads(bot, /needs 1 approval/);
    expect(note?.view.mentions).toEqual(["U3"]);
    expect(note?.place).toMatchObject({ thread: "1" });
  });

  test("approved by another person it goes to the worker with that vote, and the card follows what the worker says", async () => {
    const { bot, card, id, digest, request } = await proposed();

    const told = await typed(bot, `approve ${id} ${digest}`, bob);
    await until(() => worker.taken.length === 1);
    const [job] = worker.taken;
    await worker.news(id, "running");
    await worker.news(id, "applied", { ends: Date.now() + 60_000, inForce: { hosts: 3, missing: ["compute2"] } });
    await until(() => / applied /.test(card.view.verdict.text));

    expect(told.verdict.text).toBe(`${id}: your approval counts`);
    expect(job).toMatchObject({ phase: "run", request, cluster: "eu1" });
    expect(votersIn(job as never)).toEqual(["slack:T1/U3"]);
    expect(card.view.verdict.detail).toMatch(/^put back at \d\d:\d\d:\d\d UTC unless somebody keeps it$/);
    expect(JSON.stringify(card.view.sections[0])).toContain("not in force on 1 of 3 hosts: compute2");
    expect(card.view.actions.map(({ label }) => label)).toEqual(["Keep", "Revert now", "+10 min"]);
    expect(card.view.footer.join()).toContain("approved by bob");
    await until(() => threads(bot, /is applied/).length === 1);
    expect(threads(bot, /is applied/)[0]?.view.mentions).toEqual(["U1"]);

    const kept = await typed(bot, "keep", bob);
    await until(() => worker.orders.length === 1);
    expect(kept.verdict.detail).toBe("it is keep requested");
    await until(() => / keep requested/.test(card.view.verdict.text));
    await worker.news(id, "kept");
    await until(() => / kept: /.test(card.view.verdict.text));
    expect(bot.notes.messages.get("1")?.view.verdict.light).toBe("ok");
  });

  test("nobody agrees to his own, without the plan's digest, to another plan, without the role, or after somebody rejected it", async () => {
    const { bot, card, id, digest } = await proposed();
    way.roles["U1"] = "approver";

    const own = await typed(bot, `approve ${id} ${digest}`);
    const blind = await typed(bot, `approve ${id}`, bob);
    const other = await typed(bot, `approve ${id} ${"0".repeat(12)}`, bob);
    const role = await typed(bot, `approve ${id} ${digest}`, person("U2", "eve"));
    const unknown = await typed(bot, "approve c-zzzzzzz 0123456789", bob);
    const no = await typed(bot, `reject ${id} ${digest} 'not tonight'`, dave);
    const late = await typed(bot, `approve ${id} ${digest}`, bob);

    expect(own.failure).toBe("denied");
    expect(blind.verdict.text).toContain(`the plan of ${id} has the digest ${digest}`);
    expect(other.failure).toBe("approval_stale");
    expect(role.failure).toBe("denied");
    expect(unknown.failure).toBe("not_found");
    expect(no.verdict.text).toBe(`${id}: rejected`);
    expect(late.verdict.text).toMatch(/already rejected by dave at .*not tonight/);
    await until(() => / rejected: /.test(card.view.verdict.text));
    expect(worker.taken).toEqual([]);
    await until(() => threads(bot, /was rejected/).length === 1);
    expect(threads(bot, /was rejected/)[0]?.view.verdict.detail).toContain("not tonight");
  });

  test("expires by itself when nobody votes, and says so on the card", async () => {
    const { bot, card, id, digest } = await proposed({ life: 1200 });

    await until(() => / expired without its votes/.test(card.view.verdict.text));
    const late = await typed(bot, `approve ${id} ${digest}`, bob);

    expect(late.failure).toBe("expired");
    expect(card.view.actions.map(({ line }) => line)).toEqual([`replan ${id}`]);
    expect(worker.taken).toEqual([]);
  });

  test("of low severity it needs no votes and goes to the worker at once", async () => {
    const { id } = await proposed({ severity: "low", terms: { approvers: 0 } });

    await until(() => worker.taken.length === 1);

    expect(worker.taken[0]?.approval?.plan.id).toBe(id);
  });

  test("two votes are two people's, and the same job is handed over once", async () => {
    const { bot, id, digest } = await proposed({ severity: "high", terms: { approvers: 2 } });

    const first = await typed(bot, `approve ${id} ${digest}`, bob);
    const again = await typed(bot, `approve ${id} ${digest}`, bob);
    expect(worker.taken).toEqual([]);
    await typed(bot, `approve ${id} ${digest}`, dave);
    await until(() => worker.taken.length > 0);
    await new Promise((resolve) => setTimeout(resolve, 500));

    expect(first.verdict.detail).toContain("1 of 2 approvals");
    expect(again.verdict.detail ?? again.verdict.text).toMatch(/1 of 2|already/);
    expect(worker.taken).toHaveLength(1);
    expect(votersIn(worker.taken[0] as never).toSorted()).toEqual(["slack:T1/U3", "slack:T1/U4"]);
  });
});

describe("what is not believed", () => {
  const forgeries: [string, Planning][] = [
    ["a plan that another key signed", { key: "stranger" }],
    ["a plan for another change", { forge: (plan) => ({ ...plan, id: "c-aaaaaaa" }) }],
    ["a plan with another requester", { forge: (plan) => ({ ...plan, requester: bob }) }],
    ["a plan whose digest is not its own", { forge: (plan) => ({ ...plan, terms: { ...plan.terms, approvers: 0 } }) }],
    [
      "a plan of another cluster",
      {
        forge: (plan) => {
          const moved = { ...plan, cluster: "eu2" };
          return { ...moved, change: changeDigest(moved) };
        },
      },
    ],
  ];
  test.each(forgeries)("%s", async (_, how) => {
    const { bot, card, id } = await proposed(how);

    expect(card.view.failure).toBe("bad_signature");
    expect((await typed(bot, `withdraw ${id}`)).failure).toBe("not_found");
    expect(worker.taken).toEqual([]);
  });

  test("news that no worker signed move nothing", async () => {
    const { bot, card, id, digest } = await proposed();
    await typed(bot, `approve ${id} ${digest}`, bob);
    const stranger = await changeWorker(way, { key: "stranger" });

    await stranger.news(id, "applied");
    await new Promise((resolve) => setTimeout(resolve, 500));
    await stranger.stop();

    expect(card.view.verdict.text).toMatch(/approved: /);
  });
});

describe("a freeze", () => {
  test("stops proposing and approving, names who and why, and is told to the worker", async () => {
    const { bot, id, digest } = await proposed();

    const frozen = await typed(bot, "freeze eu1 2h 'tor upgrade'");
    const vote = await typed(bot, `approve ${id} ${digest}`, bob);
    const more = await typed(bot, "change");
    await typed(bot, "unfreeze eu1");
    const after = await typed(bot, `approve ${id} ${digest}`, bob);

    expect(frozen.verdict.text).toMatch(/^eu1: changes are frozen until /);
    for (const one of [vote, more]) {
      expect(one.failure).toBe("frozen");
      expect(one.verdict.text).toContain("tor upgrade");
    }
    expect(after.verdict.text).toContain("your approval counts");
    await until(() => worker.orders.length === 2);
  });
});

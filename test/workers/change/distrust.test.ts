import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import type { Approval } from "../../../src/contract/change.js";
import type { Envelope } from "../../../src/contract/envelope.js";
import { changeDigest, type Plan, type Step } from "../../../src/contract/plan.js";
import {
  anna,
  type Bench,
  ben,
  cleo,
  jobOf,
  openBench,
  openSite,
  planOf,
  policy,
  type Site,
  signer,
  stepOf,
} from "../../support/changes.js";

/** What somebody who writes to Redis, or who has recorded it, puts there. */
let site: Site;
let bench: Bench;
let sign: ReturnType<typeof signer>;
let number = 0;

beforeAll(async () => {
  site = await openSite();
  sign = signer(site);
  bench = await openBench(site);
}, 20_000);
afterAll(async () => {
  await bench.close();
  site.end();
});
afterEach(() => {
  bench.news.splice(0);
  bench.calicoctl.writes.splice(0);
});

const steps = (): Step[] => [stepOf(policy(`p-${++number}`), null)];
const stranger = () => ({ key: site.keys.stranger.privateKey });
const past = { at: Date.now() - 120_000, ttl: 60_000 };
const approvalOf = (plan: Plan, change: Partial<Approval> = {}): Approval => ({
  plan: sign.plan(plan),
  votes: [sign.vote(plan, ben)],
  emergency: null,
  ...change,
});
const altered = (envelope: Envelope, payload: unknown): Envelope => ({ ...envelope, payload: JSON.stringify(payload) });
const terms = (change: Partial<Plan["terms"]>): Plan["terms"] => ({
  approvers: 1,
  self: false,
  window: 60_000,
  ends: "revert",
  ...change,
});

describe("what is forged or altered is dropped without a word", () => {
  const plan = planOf(steps());
  const other = planOf(steps());
  test.each<[string, () => [Plan, Partial<Approval>]]>([
    ["a plan that a stranger signed", () => [plan, { plan: sign.plan(plan, stranger()) }]],
    ["a plan that a bot signed", () => [plan, { plan: sign.plan(plan, { key: site.keys.bot.privateKey }) }]],
    ["a plan whose text was altered", () => [plan, { plan: altered(sign.plan(plan), { ...plan, steps: other.steps }) }]],
    ["a plan for another cluster", () => [plan, { plan: sign.plan({ ...plan, cluster: "prod" }) }]],
    ["a plan that was signed for another cluster", () => [plan, { plan: sign.plan(plan, { cluster: "prod" }) }]],
    ["a plan whose digest is not that of its steps", () => [plan, { plan: sign.plan({ ...plan, steps: other.steps }) }]],
    ["a plan under another id", () => [plan, { plan: sign.plan(plan, { id: "c-aaaaaaa" }) }]],
    ["something else that a worker signed", () => [plan, { plan: { ...sign.plan(plan), kind: "outcome" } }]],
    ["a vote that a stranger signed", () => [plan, { votes: [sign.vote(plan, ben, stranger())] }]],
    ["a vote that the worker signed", () => [plan, { votes: [sign.vote(plan, ben, { key: site.keys.worker.privateKey })] }]],
    ["a good vote and a forged one", () => [plan, { votes: [sign.vote(plan, ben), sign.vote(plan, cleo, stranger())] }]],
    ["a vote in somebody else's name", () => [plan, { votes: [sign.vote(plan, ben, { actor: "slack:T1/UCLEO" })] }]],
    ["a vote whose voter was altered", () => [plan, { votes: [altered(sign.vote(plan, anna), { voter: ben })] }]],
    ["an emergency that a stranger signed", () => [plan, { emergency: sign.emergency(plan, ben, stranger()) }]],
  ])("%s", async (_, given) => {
    const [made, change] = given();

    await bench.run(made, change);

    expect(bench.news).toEqual([]);
    expect(bench.calicoctl.writes).toEqual([]);
  });
});

describe("what is genuine and yet must not run is told", () => {
  const failsafe = { apiVersion: "projectcalico.org/v3", kind: "FelixConfiguration", metadata: { name: "default" } };
  const wep = { ...failsafe, kind: "WorkloadEndpoint", metadata: { name: "h-openstack-i-p", namespace: "openstack" } };
  const group = { ...failsafe, kind: "NetworkPolicy", metadata: { name: "ossg.default.1", namespace: "openstack" } };
  const info = { ...failsafe, kind: "ClusterInformation", spec: { datastoreReady: false } };
  const only = (object: Parameters<typeof stepOf>[0]) => planOf([stepOf(object, null)]);
  test.each<[string, () => [Plan, Partial<Approval>], string, RegExp]>([
    ["a plan that has expired", () => [planOf(steps(), { expires: Date.now() - 1 }), {}], "expired", /too old/],
    [
      "a plan whose envelope has expired",
      () => {
        const plan = planOf(steps());
        return [plan, { plan: sign.plan(plan, past) }];
      },
      "expired",
      /too old/,
    ],
    ["no vote at all", () => [planOf(steps()), { votes: [] }], "failed", /0 of the 1 votes/],
    [
      "the requester's own vote",
      () => {
        const plan = planOf(steps());
        return [plan, { votes: [sign.vote(plan, anna)] }];
      },
      "failed",
      /0 of the 1 votes/,
    ],
    [
      "one person's two votes",
      () => {
        const plan = planOf(steps(), { terms: terms({ approvers: 2 }) });
        return [plan, { votes: [sign.vote(plan, ben), sign.vote(plan, ben)] }];
      },
      "failed",
      /1 of the 2 votes/,
    ],
    [
      "a vote for another revision",
      () => {
        const plan = planOf(steps(), { revision: 2 });
        return [plan, { votes: [sign.vote(plan, ben, { change: { revision: 1 } })] }];
      },
      "failed",
      /0 of the 1/,
    ],
    [
      "a vote for another plan",
      () => {
        const plan = planOf(steps());
        return [plan, { votes: [sign.vote(planOf(steps()), ben)] }];
      },
      "failed",
      /0 of the 1/,
    ],
    [
      "a vote that has expired",
      () => {
        const plan = planOf(steps());
        return [plan, { votes: [sign.vote(plan, ben, past)] }];
      },
      "failed",
      /0 of the 1/,
    ],
    [
      "a rejection",
      () => {
        const plan = planOf(steps());
        return [plan, { votes: [sign.vote(plan, ben), sign.vote(plan, cleo, { change: { verdict: "reject" } })] }];
      },
      "failed",
      /UCLEO has rejected/,
    ],
    [
      "terms below what this worker demands",
      () => {
        const plan = planOf(steps(), { severity: "high", terms: terms({ approvers: 0 }) });
        return [plan, { votes: [] }];
      },
      "failed",
      /0 of the 1 votes/,
    ],
    [
      "an emergency for another plan",
      () => {
        const plan = planOf(steps());
        return [plan, { emergency: sign.emergency(planOf(steps()), ben) }];
      },
      "failed",
      /for another plan/,
    ],
    [
      "a guard that blocks",
      () => [planOf(steps(), { guards: [{ severity: "blocking", text: "it cuts etcd off" }] }), {}],
      "failed",
      /cuts etcd/,
    ],
    ["a security group's policy", () => [only(group), {}], "failed", /Neutron's/],
    ["an endpoint of a VM", () => [only(wep), {}], "failed", /Neutron's/],
    ["a datastore that is not ready", () => [only(info), {}], "failed", /every felix stops/],
    ["failsafe ports", () => [only({ ...failsafe, spec: { failsafeInboundHostPorts: [] } }), {}], "failed", /failsafeInboundHostPorts/],
    [
      "a key that does not belong to the document",
      () => [planOf([{ ...stepOf(policy("p"), null), key: "/calico/resources/v3/projectcalico.org/nodes/h" }]), {}],
      "failed",
      /does not belong to the key/,
    ],
  ])("%s", async (_, given, state, note) => {
    const [plan, change] = given();

    await bench.run(plan, change);

    expect(bench.news).toEqual([expect.objectContaining({ change: plan.id, state, note: expect.stringMatching(note) })]);
    expect(bench.calicoctl.writes).toEqual([]);
  });

  test("a kind that this worker's configuration does not name", async () => {
    const limits = { leastApprovers: { low: 0, medium: 1, high: 1 }, kinds: ["BGPPeer"] };
    const narrow = await openBench(site, { name: "narrow", limits });

    await narrow.run(planOf(steps()));

    expect(narrow.news).toEqual([expect.objectContaining({ state: "failed", note: expect.stringContaining("does not let it write") })]);
    await narrow.close();
  });

  test("an object of another change that is neither kept nor put back, unless it is undone or an emergency", async () => {
    const [step = stepOf(policy("never"), null)] = steps();
    const first = planOf([step]);
    await bench.run(first);
    const second = planOf([{ ...step, action: "update", expect: 1 }]);

    await bench.run(second);

    expect(bench.state(second)).toBe("stale");
    expect(bench.news.at(-1)?.note).toContain(`was changed by ${first.id}`);
  });
});

describe("what was taken once is not taken again", () => {
  test("neither the same job nor another job with the same plan", async () => {
    const plan = planOf(steps());
    const approval = approvalOf(plan);
    const job = jobOf(plan, approval);
    await bench.changer.run(job, approval);
    await bench.changer.order(sign.order(plan.id, "keep"));

    await bench.changer.run(job, approval);
    await bench.changer.run(jobOf(plan, approval), approval);
    await bench.run({ ...plan, revision: 2, change: changeDigest({ ...plan, revision: 2 }) });

    expect(bench.calicoctl.writes).toHaveLength(1);
    expect(bench.state(plan)).toBe("kept");
  });

  test("also when two of them come at the same time", async () => {
    const plan = planOf(steps());
    const approval = approvalOf(plan);

    await Promise.all([1, 2, 3].map(() => bench.changer.run(jobOf(plan, approval), approval)));

    expect(bench.calicoctl.writes).toHaveLength(1);
    expect(bench.news.filter(({ state }) => state === "running")).toHaveLength(1);
  });
});

describe("orders", () => {
  test.each<[string, (id: string) => Envelope]>([
    ["that a stranger signed", (id) => sign.order(id, "keep", stranger())],
    ["that have expired", (id) => sign.order(id, "keep", past)],
    ["under another id", (id) => sign.order(id, "keep", { id: "order-x" })],
    ["in somebody else's name", (id) => sign.order(id, "keep", { actor: "slack:T1/UCLEO" })],
    ["for another cluster", (id) => sign.order(id, "keep", { cluster: "prod" })],
  ])("%s count nothing", async (_, order) => {
    const plan = planOf(steps());
    await bench.run(plan);

    await bench.changer.order(order(plan.id));

    expect(bench.state(plan)).toBe("applied");
  });

  test("for a change that nobody knows are taken and do nothing", async () => {
    await expect(bench.changer.order(sign.order("c-unknown", "revert"))).resolves.toBeUndefined();
  });
});

describe("a freeze", () => {
  test("refuses changes until it is over or lifted, but no emergency and nothing that undoes a change", async () => {
    const frozen = sign.freeze(Date.now() + 60_000);
    await bench.changer.freeze(frozen);
    const [plain, undoing, urgent] = [planOf(steps()), planOf(steps(), { undoes: "c-aaaaaaa" }), planOf(steps())];

    await bench.run(plain);
    await bench.run(undoing);
    await bench.run(urgent, { votes: [], emergency: sign.emergency(urgent, ben) });
    expect([plain, undoing, urgent].map(bench.state)).toEqual(["failed", "applied", "applied"]);
    expect(bench.news.find(({ change }) => change === plain.id)?.note).toContain("the audit");

    await bench.changer.freeze(sign.freeze(0));
    await bench.changer.freeze(frozen);
    const later = planOf(steps());
    await bench.run(later);
    expect(bench.state(later)).toBe("applied");
  });

  test("of a stranger counts nothing", async () => {
    await bench.changer.freeze(sign.freeze(Date.now() + 60_000, stranger()));
    const plan = planOf(steps());
    await bench.run(plan);
    expect(bench.state(plan)).toBe("applied");
  });
});

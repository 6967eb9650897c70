import { describe, expect, test } from "@jest/globals";
import { atOnce } from "../../../src/calico/steps.js";
import type { KeyValue } from "../../../src/cluster/etcd.js";
import { fail } from "../../../src/contract/failure.js";
import { evaluated } from "../../../src/diagnosis/evaluate/evaluated.js";
import { Evaluation } from "../../../src/diagnosis/evaluate/evaluation.js";
import { PreviewAnswer } from "../../../src/diagnosis/preview/preview.js";
import { fakeCluster } from "../../support/cluster.js";
import { golden } from "../../support/keyspace.js";

const recorded = golden();
const kvOf = ({ key, value }: { key: string; value: unknown }, revision = 1): KeyValue => ({
  key,
  value: typeof value === "string" ? value : JSON.stringify(value),
  revision,
  lease: null,
});
/** What the ranges hold, each key's object the same one each time. */
function holding(evaluation: Evaluation, kvs: readonly KeyValue[]) {
  const below = (range: Evaluation["ranges"][number]) => kvs.filter(({ key }) => "prefix" in range && key.startsWith(range.prefix));
  return (revision: number) => ({ revision, at: revision, ranges: evaluation.ranges.map((range) => ({ kvs: below(range) })) });
}
const about = { cluster: "lab", hosts: [] };
const deny = {
  ...about,
  about: "preview",
  doubts: [],
  wish: {
    kind: "documents",
    objects: [
      {
        apiVersion: "projectcalico.org/v3",
        kind: "GlobalNetworkPolicy",
        metadata: { name: "no-ssh" },
        spec: { order: 1, selector: "all()", types: ["Egress"], egress: [{ action: "Deny", protocol: "TCP" }] },
      },
    ],
  },
};

describe("an evaluation over a copy", () => {
  test("answers from what is there now, and compiles anew only when something that decides was written", () => {
    const evaluation = new Evaluation(() => null);
    const kvs = recorded.map((one) => kvOf(one));
    const at = holding(evaluation, kvs);
    const steps = (found: ReturnType<typeof at>): number => [...evaluation.answer(found, deny)].length;

    const [first, again] = [steps(at(5)), steps(at(6))];
    expect(again).toBeLessThan(first);
    expect(atOnce(evaluation.answer(at(7), deny))).toMatchObject({ revision: 7, at: 7 });

    const gone = holding(
      evaluation,
      kvs.filter(({ key }) => !key.endsWith("/default-deny-all")),
    );
    const whole = PreviewAnswer.parse(atOnce(evaluation.answer(at(8), deny)));
    const without = PreviewAnswer.parse(atOnce(evaluation.answer(gone(9), deny)));
    expect(without.rows).not.toEqual(whole.rows);

    evaluation.forget();
    expect(PreviewAnswer.parse(atOnce(evaluation.answer(at(10), deny)))).toEqual({ ...whole, revision: 10, at: 10 });
  });

  test("left in the middle, it answers the next question as if nothing had been", () => {
    const evaluation = new Evaluation(() => null);
    const at = holding(
      evaluation,
      recorded.map((one) => kvOf(one)),
    );
    const whole = atOnce(evaluation.answer(at(1), deny));
    evaluation.forget();
    for (let left = 1; left < 12; left++) {
      const steps = evaluation.answer(at(1), deny);
      for (let i = 0; i < left; i++) steps.next();
      steps.return({ ...PreviewAnswer.parse(whole) });
      expect(atOnce(evaluation.answer(at(1), deny))).toEqual(whole);
    }
  });

  test("refuses what is no question", () => {
    const evaluation = new Evaluation(() => null);
    expect(() => atOnce(evaluation.answer(holding(evaluation, [])(1), { ...about, about: "weather" }))).toThrow(
      "Invalid discriminator value",
    );
  });
});

describe("a question of a command", () => {
  const keys = Object.fromEntries(recorded.map(({ key, value }) => [key, value]));
  const wish = { kind: "delete" as const, name: "default-deny-all" };
  const asked = (cluster: ReturnType<typeof fakeCluster>, signal = AbortSignal.timeout(10_000)) =>
    evaluated(
      cluster,
      { about: "preview", wish, doubts: [] },
      { ask: { signal, request: "r1", note: () => {} }, near: () => null, answer: PreviewAnswer },
    );

  test("is answered where the snapshot lies, else here", async () => {
    const here = await asked(fakeCluster({ keys }));
    expect(here.count.gained).toBeGreaterThan(0);

    const questions: unknown[] = [];
    const evaluate = async (question: unknown) => {
      questions.push(question);
      return { answer: { ...here, revision: 77 } };
    };
    expect(await asked({ ...fakeCluster({ etcdDown: true }), evaluator: { evaluate } })).toEqual({ ...here, revision: 77 });
    expect(questions).toMatchObject([{ about: "preview", cluster: "lab", wish, hosts: expect.any(Array) }]);

    expect(await asked({ ...fakeCluster({ keys }), evaluator: { evaluate: async () => null } })).toEqual(here);
  });

  test("does not believe an answer of another form, and a failure there is the answer", async () => {
    const cluster = fakeCluster({ keys });
    await expect(asked({ ...cluster, evaluator: { evaluate: async () => ({ answer: { rows: "many" } }) } })).rejects.toThrow();
    const evaluate = () => Promise.reject(fail("not_found", "nothing is called so"));
    await expect(asked({ ...cluster, evaluator: { evaluate } })).rejects.toThrow("not_found: nothing is called so");
  });

  test("evaluated here it stops between two steps when its job is cancelled", async () => {
    const stop = new AbortController();
    const many = Object.fromEntries(
      Array.from({ length: 6000 }, (_, i) => {
        const spec = {
          ...{ orchestrator: "openstack", node: "c1", workload: `d${i}`, endpoint: `p${i}` },
          ipNetworks: [`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}/32`],
        };
        const value = { metadata: { name: `vm${i}`, namespace: "openstack", labels: { app: `a${i % 50}` } }, spec };
        return [`/calico/resources/v3/projectcalico.org/workloadendpoints/openstack/vm${i}`, JSON.stringify(value)];
      }),
    );
    const answer = asked(fakeCluster({ keys: { ...keys, ...many } }), stop.signal);
    setTimeout(() => stop.abort(), 5);

    await expect(answer).rejects.toThrow("cancelled: stopped while policies were evaluated");
  });
});

import { join } from "node:path";
import type { Bench, Row } from "../bench.js";
import { type Child, startChild } from "../hosts/child.js";
import type { EffectCost } from "../hosts/effect.js";
import { rounds } from "../rounds.js";

const sizes = [
  { vms: 1000, policies: 200, goal: 50 },
  { vms: 10_000, policies: 500, goal: 200 },
  { vms: 100_000, policies: 5000, goal: 2000 },
] as const;
/** As many as judging every pair can be waited for. */
const small = { vms: 300, policies: 60 };

/** What an edit does to who may talk to whom. */
export const effect: Bench = {
  name: "effect",
  summary:
    "the effect of a policy edit on clouds of 1,000, 10,000 and 100,000 VMs, from objects in memory; it blocks its thread for that long",
  async run(say) {
    const rows: Row[] = [];
    const firsts: number[][] = [];
    for (const { vms, policies, goal } of sizes) {
      const { found, memory } = await opened({ vms, policies }, say, async (ask) =>
        rounds(5, { first: ask("first"), group: ask("group"), wide: ask("wide"), told: ask("told") }),
      );
      firsts.push(found.first);
      const what = `${vms.toLocaleString("en")} VMs, ${policies.toLocaleString("en")} policies`;
      rows.push(
        plain(`${what}: sorted and first edit`, found.first, goal),
        plain(`${what}: another edit, of one security group`, found.group, 50),
        { ...plain(`${what}: another edit, of a policy over a sixth of the VMs`, found.wide, 50), cause },
        { ...plain(`${what}: that policy's changes named, with witnesses and rules`, found.told, 0), goal: null },
        { what: `${what}: resident memory`, measured: memory, unit: "MiB", baseline: null, goal: { kind: "worst", limit: 1024 } },
      );
    }
    const [, ten = [], hundred = []] = firsts;
    const { found } = await opened(small, say, async (ask) => rounds(3, { first: ask("first"), naive: ask("naive") }));
    return [
      ...rows,
      {
        what: "100,000 VMs: sorted and first edit",
        measured: hundred,
        unit: "ms",
        baseline: { name: "10,000 VMs", measured: ten },
        goal: { kind: "at most", limit: 12 },
        cause:
          "Ten times the policies come with ten times the VMs, and with them the combinations of groups; most of the time is garbage collection.",
      },
      {
        what: `${small.vms} VMs, ${small.policies} policies: sorted and first edit, every service`,
        measured: found.first,
        unit: "ms",
        baseline: { name: "every pair judged by itself at two ports", measured: found.naive },
        goal: { kind: "faster", limit: 50 },
      },
    ];
  },
};

const plain = (what: string, measured: readonly number[], limit: number): Row => ({
  what,
  measured,
  unit: "ms",
  baseline: null,
  goal: { kind: "median", limit },
});

const cause = "Each combination of security groups that the policy touches (1,900 of them at 100,000 VMs) is evaluated anew.";

type Ask = (word: string) => () => Promise<number>;

/** Raises a cloud in a process, measures it there and lets it go. */
async function opened<T>(
  size: { vms: number; policies: number },
  say: (text: string) => void,
  measure: (ask: Ask) => Promise<T>,
): Promise<{ found: T; memory: number[] }> {
  const child: Child = startChild(join(import.meta.dirname, "../hosts/effect.ts"));
  const memory: number[] = [];
  try {
    say(`${await child.ask<number>("open", size)} endpoints are compiled`);
    const found = await measure((word) => async () => {
      const cost = await child.ask<EffectCost>(word);
      if (cost.blocks === 0) throw new Error(`the edit of ${word} changed nothing`);
      memory.push(cost.memory);
      return cost.ms;
    });
    return { found, memory };
  } finally {
    child.stop();
  }
}

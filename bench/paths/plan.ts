import { Etcd3 } from "etcd3";
import { planned } from "../../src/command/planning.js";
import { createLog } from "../../src/log/log.js";
import { usualRules } from "../../src/plan/rules.js";
import type { Wanted } from "../../src/plan/wanted.js";
import { fakeCluster } from "../../test/support/cluster.js";
import { startEtcd } from "../../test/support/etcd.js";
import { createEtcd } from "../../workers/etcd/etcd.js";
import type { Bench, Row } from "../bench.js";
import { fill } from "../hosts/endpoints.js";
import { rounds, timed } from "../rounds.js";

const sizes = [1, 20, 200] as const;
type Way = `plan ${(typeof sizes)[number]}` | `bare ${(typeof sizes)[number]}`;

/** From documents to the plan that people vote on: read, compared, judged by guards and by what it does to traffic. */
export const plan: Bench = {
  name: "plan",
  summary:
    "planning 1, 20 and 200 policies over 2,000 endpoints and 100 security groups in a real etcd, beside writing as many objects in one bare transaction",
  async run(say) {
    const server = await startEtcd();
    const client = new Etcd3({ hosts: [server.endpoint] });
    try {
      const hosts = Array.from({ length: 20 }, (_, i) => `compute-${i}`);
      say(`${await fill(client, { hosts, endpoints: 2000, groups: 100 })} keys are written`);
      const ways = Object.fromEntries(
        sizes.flatMap((size) => [
          [`plan ${size}`, () => timed(() => planOf(server.endpoint, size))],
          [`bare ${size}`, () => timed(() => write(client, size))],
        ]),
      ) as Record<Way, () => Promise<number>>;
      return rowsOf(await rounds(5, ways));
    } finally {
      client.close();
      server.stop();
    }
  },
};

const specOf = (i: number): object => ({
  order: 100 + i,
  selector: `app == 'a${i}' && projectcalico.org/namespace == 'openstack'`,
  types: ["Ingress"],
  ingress: [{ action: "Allow", protocol: "TCP", destination: { ports: [1000 + i] } }, { action: "Pass" }],
});
const documentOf = (i: number): Readonly<Record<string, unknown>> => ({
  apiVersion: "projectcalico.org/v3",
  kind: "GlobalNetworkPolicy",
  metadata: { name: `bench-${i}` },
  spec: specOf(i),
});

const log = createLog({ level: "silent" });

async function planOf(endpoint: string, size: number): Promise<void> {
  const etcd = createEtcd({ endpoints: [endpoint], ca: null, cert: null, key: null, username: null, password: null, timeout: 10_000 }, log);
  const cluster = { ...fakeCluster(), etcd, changes: usualRules };
  const wanted = Array.from({ length: size }, (_, i): Wanted => {
    return { action: "apply", draft: { kind: "GlobalNetworkPolicy", name: `bench-${i}`, namespace: null, object: documentOf(i) } };
  });
  const signal = new AbortController().signal;
  const work = { signal, request: "bench", note: () => {}, progress: () => {}, document: null, now: Date.now };
  const { steps, unknown } = await planned(cluster, wanted, {}, work);
  etcd.close();
  if (steps.length !== size || unknown !== null) throw new Error(`${steps.length} steps of ${size}: ${unknown}`);
}

/** Written beside Calico's keys, where nothing is read. */
async function write(client: Etcd3, size: number): Promise<void> {
  const puts = Array.from({ length: Math.min(size, 100) }, (_, i) => client.put(`/bench/${i}`).value(JSON.stringify(documentOf(i))));
  for (let done = 0; done < size; done += 100)
    await client
      .if("/bench/none", "Version", "==", 0)
      .then(...puts)
      .commit();
}

function rowsOf(found: Record<Way, number[]>): Row[] {
  return sizes.map((size) => ({
    what: `plan of ${size} ${size === 1 ? "document" : "documents"}`,
    measured: found[`plan ${size}`],
    unit: "ms" as const,
    baseline: { name: "as many objects written in bare etcd transactions", measured: found[`bare ${size}`] },
    goal: null,
  }));
}

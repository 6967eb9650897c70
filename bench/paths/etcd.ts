import { spawn } from "node:child_process";
import { join } from "node:path";
import { Etcd3 } from "etcd3";
import { startEtcd } from "../../test/support/etcd.js";
import type { Bench, Row } from "../bench.js";
import { type Child, startChild } from "../hosts/child.js";
import { fill } from "../hosts/endpoints.js";
import type { ReadCost } from "../hosts/reader.js";
import { rounds, timed } from "../rounds.js";

const endpoints = 50_000;
const all = "/calico/resources/v3/projectcalico.org/workloadendpoints/";
/** One of 100 hosts, as its endpoints' keys begin: a dash in a name is doubled there. */
const one = `${all}openstack/compute--042-`;

/** Reading many endpoints out of a real etcd, and those of one host. */
export const etcd: Bench = {
  name: "etcd",
  summary: "50,000 endpoints read from a real etcd: time, longest stall of the main loop, memory",
  absent: ["lag of the watch cache (p99 ≤ 20 ms): there is no cache yet, every answer reads etcd live"],
  async run(say) {
    const server = await startEtcd();
    const child = startChild(join(import.meta.dirname, "../hosts/reader.ts"));
    try {
      const client = new Etcd3({ hosts: [server.endpoint] });
      const hosts = Array.from({ length: 100 }, (_, i) => `compute-${String(i).padStart(3, "0")}`);
      say(`${await fill(client, { hosts, endpoints, groups: 3000 })} keys are written`);
      client.close();
      await child.ask("open", { endpoint: server.endpoint });
      return await measured(child, server.endpoint);
    } finally {
      child.stop();
      server.stop();
    }
  },
};

async function measured(child: Child, endpoint: string): Promise<Row[]> {
  const costs: ReadCost[] = [];
  const read = async (prefix: string, keys: number): Promise<ReadCost> => {
    const cost = await child.ask<ReadCost>("read", { prefix });
    if (cost.keys !== keys) throw new Error(`${cost.keys} keys instead of ${keys} below ${prefix}`);
    return cost;
  };
  const full = async (): Promise<number> => {
    const cost = await read(all, endpoints);
    costs.push(cost);
    return cost.ms;
  };
  const found = await rounds(7, {
    full,
    etcdctl: () => timed(() => etcdctl(endpoint)),
    one: async () => (await read(one, endpoints / 100)).ms,
  });
  const kept = costs.slice(1);
  return [
    {
      what: "full read",
      measured: found.full,
      unit: "ms",
      baseline: against("etcdctl get --prefix -w json", found.etcdctl),
      goal: atMost(1.5),
    },
    {
      what: "endpoints of one host (500)",
      measured: found.one,
      unit: "ms",
      baseline: against("full read", found.full),
      goal: faster(100),
      cause: floor,
    },
    {
      what: "longest stall of the main loop",
      measured: kept.map(({ stall }) => stall),
      unit: "ms",
      baseline: null,
      goal: limit(20),
      cause: stalls,
    },
    { what: "resident memory with all of it in hand", measured: kept.map(({ memory }) => memory), unit: "MiB", baseline: null, goal: null },
  ];
}

const against = (name: string, values: number[]) => ({ name, measured: values });
const atMost = (times: number) => ({ kind: "at most" as const, limit: times });
const faster = (times: number) => ({ kind: "faster" as const, limit: times });
const limit = (most: number) => ({ kind: "median" as const, limit: most });
const floor =
  "The small read is one round trip and 0.8 MB; the full read is faster than when the goal was set (2.5 s on the same number of endpoints).";
const stalls = "One page of 1,000 keys (1.5 MB) is decoded by the gRPC library in one go; smaller pages cost etcd more than they save.";

/** To nowhere, as `etcdctl … > /dev/null`. */
function etcdctl(endpoint: string): Promise<void> {
  const words = ["--endpoints", endpoint, "get", "--prefix", all, "-w", "json"];
  return new Promise((resolve, reject) => {
    const child = spawn("/usr/bin/etcdctl", words, { stdio: ["ignore", "ignore", "inherit"], env: { ETCDCTL_API: "3" } });
    child.once("exit", (code) => (code === 0 ? resolve() : reject(new Error(`etcdctl ended with ${code}`))));
  });
}

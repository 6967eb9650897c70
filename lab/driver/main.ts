import { existsSync } from "node:fs";
import { join } from "node:path";
import { electionKey, felixHosts } from "../../src/calico/keys.js";
import { labDir } from "../hosts/folder.js";
import { pause } from "../hosts/state.js";
import { etcdEndpoint, region } from "../site.js";
import { createElection } from "./election.js";
import { gateway } from "./gateway.js";
import { createReports } from "./reports.js";
import { openRows } from "./rows.js";

/**
 * Stands in for Neutron's Calico driver: holds the election, and brings felix' reports from etcd to Neutron, where they are the
 * heartbeats of its agents and the states of its ports. While etcd is away it holds and reports nothing, as the real one.
 */
const database = join(labDir(), "openstack/db/neutron.db");
const etcd = gateway(etcdEndpoint);
const election = createElection(etcd, { key: electionKey(region), value: `ctl1:${process.pid}`, ttl: 9 });
const reports = createReports();
const rows = existsSync(database) ? openRows(database) : null;

async function report(): Promise<void> {
  if (!rows) return;
  const keys = await etcd.below(felixHosts(region));
  const found = reports(keys, Date.now());
  if (found.length === 0) return;
  for (const [i, answer] of (await rows.write(found)).entries())
    if (answer !== "ok") process.stderr.write(`${JSON.stringify(found[i])} ${answer}\n`);
}

for (let round = 0; ; round++) {
  const work = round % 3 === 0 ? [election.step(), report()] : [report()];
  for (const { status, ...more } of await Promise.allSettled(work))
    if (status === "rejected") process.stderr.write(`${String("reason" in more ? more.reason : "")}\n`);
  await pause(800);
}

import { appendFileSync } from "node:fs";
import type { Etcd } from "../../src/cluster/etcd.js";
import type { Approval } from "../../src/contract/change.js";
import type { Job } from "../../src/contract/job.js";
import { isOpen } from "../../workers/journal/record.js";
import { type Ground, joinSite, openBench } from "./changes.js";

/** A process that runs one change to its end, and dies by SIGKILL at the point that it is told; it prints how many points there were. */
export interface Asked {
  ground: Ground;
  name: string;
  job: Job;
  approval: Approval;
  /** Number of the await at which it dies; 0 = it does not. */
  dieAt: number;
  /** A line for each write, before it is made. */
  writes: string;
}

const { ground, name, job, approval, dieAt, writes } = JSON.parse(process.argv[2] ?? "") as Asked;
let points = 0;
const point = (): void => {
  if (++points === dieAt) process.kill(process.pid, "SIGKILL");
};
const site = joinSite(ground);
async function around<T>(work: () => Promise<T>): Promise<T> {
  point();
  const done = await work();
  point();
  return done;
}
const etcd: Etcd = { health: site.reader.health, read: (ranges, ask) => around(() => site.reader.read(ranges, ask)) };
const bench = await openBench(site, {
  name,
  etcd,
  send: () => around(() => Promise.resolve()),
  around: {
    before(how, key) {
      point();
      appendFileSync(writes, `${how} ${key}\n`);
    },
    after: point,
  },
  journal: (journal) => ({ ...journal, append: (make, how) => around(() => journal.append(make, how)) }),
});
await bench.changer.run(job, approval);
while ([...bench.journal.state.changes.values()].some(isOpen)) await new Promise((resolve) => setTimeout(resolve, 20));
await bench.close();
site.leave();
process.stdout.write(String(points));
process.exit(0);

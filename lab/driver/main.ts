import { pause } from "../hosts/state.js";
import { etcdEndpoint, region } from "../site.js";
import { createElection } from "./election.js";
import { gateway } from "./gateway.js";

/** Stands in for Neutron's Calico driver: holds the election. Survives etcd being away; then it holds nothing, as the real one. */
const every = 2500;
const etcd = gateway(etcdEndpoint);
const election = createElection(etcd, { key: `/calico/openstack/v2/${region}/neutron_election`, value: `ctl1:${process.pid}`, ttl: 9 });

for (;;) {
  await election.step().catch((error: unknown) => process.stderr.write(`election: ${error instanceof Error ? error.message : "failed"}\n`));
  await pause(every);
}

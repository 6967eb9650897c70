import type { Check } from "../facts.js";
import { type Draft, finding } from "../finding.js";
import { count, list } from "../say.js";

/** What Calico keeps in etcd about itself: the ready flag and the Neutron master. */
export const datastore: Check = (facts) => {
  if (!facts.datastore.ok) {
    return [finding({ id: "datastore:", light: "unknown", text: `Calico's data could not be read: ${facts.datastore.failure.message}` })];
  }
  const { ready, master, unreadable } = facts.datastore.value;
  const findings: Draft[] = [];
  if (ready === false) {
    const detail = [
      "felix exits, comes back and then waits silently until the flag is true",
      "`calicoctl datastore migrate unlock` sets it",
    ];
    findings.push(
      finding({ id: "ready:", light: "bad", text: "datastoreReady is false: felix is stopped everywhere", detail, weight: 800 }),
    );
  }
  if (ready === null)
    findings.push(
      finding({ id: "ready:", light: "unknown", text: "there is no ClusterInformation: Neutron's driver never wrote to this etcd" }),
    );
  if (master === null) {
    const detail = ["agent states and port states are not brought to Neutron meanwhile"];
    findings.push(
      finding({ id: "master:", light: "bad", text: "no Neutron server holds the election: nobody is master", detail, weight: 300 }),
    );
  }
  if (unreadable.length > 0) {
    findings.push(
      finding({
        id: "unreadable:",
        light: "warn",
        text: `${count(unreadable.length, "key")} in etcd cannot be read`,
        detail: [list(unreadable, 3)],
      }),
    );
  }
  return findings;
};

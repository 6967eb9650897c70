import { agents } from "./checks/agents.js";
import { bird } from "./checks/bird.js";
import { certificates } from "./checks/certificates.js";
import { clocks } from "./checks/clocks.js";
import { datastore } from "./checks/datastore.js";
import { etcd } from "./checks/etcd.js";
import { felix } from "./checks/felix.js";
import { hosts } from "./checks/hosts.js";
import { ports } from "./checks/ports.js";
import { sessions } from "./checks/sessions.js";
import { tools } from "./checks/tools.js";
import { correlate } from "./correlate.js";
import type { Check, Facts } from "./facts.js";
import { type Finding, sorted } from "./finding.js";

const checks: readonly Check[] = [etcd, certificates, datastore, hosts, bird, sessions, felix, agents, ports, clocks, tools];

/** All that is wrong with the facts: every check, folded into causes, worst first. */
export function diagnose(facts: Facts): Finding[] {
  return sorted(
    correlate(
      checks.flatMap((check) => check(facts)),
      facts,
    ),
  );
}

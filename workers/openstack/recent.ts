import type { Ask } from "../../src/cluster/ask.js";
import type { Listed, Port } from "../../src/cluster/openstack.js";
import { FailureError } from "../../src/contract/failure.js";
import { list, type Question } from "./list.js";
import { ports } from "./rows.js";
import type { Session } from "./session.js";

/** Rows read of each state at most, and ms after which no further page is begun, when Neutron cannot narrow by time. */
const most = 5000;
const patience = 5000;
/** What hangs comes first: what time leaves out is ports that work. */
const states = ["BUILD", "ERROR", "DOWN", "ACTIVE"];

/**
 * Ports made or changed since a time. Neutron's own filter for that is refused where it validates filters, which is the
 * default; there the ports are read by state and the old ones left out here.
 */
export function createRecentPorts(session: Session) {
  let refused = false;
  return async (where: Question<Port>["where"], since: number, ask: Ask): Promise<Listed<Port>> => {
    const question = { service: "network" as const, kind: ports };
    if (!refused) {
      try {
        const time = new Date(since).toISOString().replace(/\.\d+Z$/, "Z");
        return await list(session, { ...question, where: [...where, ["changed_since", time]] }, ask);
      } catch (error) {
        if (!(error instanceof FailureError && /changed_since.* invalid attribute/.test(error.failure.message))) throw error;
        refused = true;
      }
    }
    return byState(session, { ...question, where }, { since, ask });
  };
}

async function byState(session: Session, question: Question<Port>, { since, ask }: { since: number; ask: Ask }): Promise<Listed<Port>> {
  const end = Date.now() + patience;
  const found: Listed<Port> = { rows: [], complete: true };
  for (const state of states) {
    const left = end - Date.now();
    if (left <= 0) return { ...found, complete: false };
    const part = await list(session, { ...question, where: [...question.where, ["status", state]], most, patience: left }, ask);
    found.rows.push(...part.rows.filter(({ updatedAt, createdAt }) => (updatedAt ?? createdAt ?? since) >= since));
    found.complete &&= part.complete;
  }
  return found;
}

import type { Json } from "../input/decode.js";
import { kindNamed } from "../kinds.js";
import type { Identity, Store } from "../store.js";
import { onlyDefault } from "../validate/bgp.js";
import { specOf, text } from "../validate/members.js";
import { againstSchema } from "../validate/schema.js";
import { faults } from "../validate/validate.js";
import { sentence, type Wrong } from "../validate/wrong.js";
import { withDefaults } from "./defaults.js";
import { checkBlocks, settledPool } from "./pool.js";
import { Rejected } from "./rejected.js";

export interface Preparation {
  store: Store;
  identity: Identity;
  object: Json;
  /** The object as it was, or null when it is new. */
  old: Json | null;
}

/** The object as it may be stored, or why it may not. */
export async function prepared({ store, identity, object, old }: Preparation): Promise<Json> {
  const { kind } = identity;
  refuse(ahead(identity, object));
  const settled = kind.kind === "IPPool" ? await settledPool({ store, kind, object, old }) : object;
  const filled = withDefaults(kind, settled);
  refuse([...faults(kind, filled), ...againstSchema(kind, settled)]);
  if (kind.kind === "IPPool" && old === null) await checkBlocks(store, filled);
  if (kind.tiered) await tierExists(store, text(specOf(filled), "tier"));
  return filled;
}

function refuse(wrong: readonly Wrong[]): void {
  if (wrong.length > 0) throw new Rejected(sentence(wrong));
}

/** What is looked at before everything else. */
function ahead({ kind, name }: Identity, object: Json): Wrong[] {
  if (kind.kind === "BGPConfiguration") return onlyDefault(object);
  if (kind.kind !== "WorkloadEndpoint") return [];
  const expected = endpointName(specOf(object));
  if (expected === name) return [];
  const reason = `the WorkloadEndpoint name does not match the primary identifiers assigned in the Spec: expected name ${expected}`;
  return [{ name: "Name", value: name, reason }];
}

/** Names of endpoints are made of where they are. */
function endpointName(spec: Json): string {
  const parts = ["node", "orchestrator", spec["orchestrator"] === "k8s" ? "pod" : "workload", "endpoint"];
  return parts.map((part) => text(spec, part).replaceAll("-", "--")).join("-");
}

async function tierExists(store: Store, name: string): Promise<void> {
  const kind = kindNamed("Tier");
  if (kind) await store.read({ kind, namespace: "", name });
}

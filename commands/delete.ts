import { z } from "zod";
import { changeCard } from "../src/command/change-card.js";
import { onChange } from "../src/command/define.js";
import { namedObject } from "../src/command/named-object.js";
import { planned, planningPhases } from "../src/command/planning.js";
import { storedObject } from "../src/command/stored-object.js";

/** Deletes one object: what that does to traffic is voted on first. */
export default onChange({
  summary: "delete one of Calico's objects: what that does to traffic comes first",
  details: [
    "kinds by name, plural or alias: `gnp`, `np`, `ippool`; a namespaced one that exists in several namespaces needs -n",
    "nothing is deleted before it is approved, and it is created again unless somebody keeps the change in time",
  ],
  examples: ["delete gnp default-deny-all --dry-run", "delete np web-db-policy -n openstack"],
  args: z.object(namedObject),
  role: "operator",
  timeout: 30_000,
  phases: planningPhases,
  async plan(cluster, asked, work) {
    const draft = await storedObject(cluster, asked, work);
    return planned(cluster, [{ action: "delete", draft }], {}, work);
  },
  render: (plan, seen, args) => changeCard(plan, seen, args),
});

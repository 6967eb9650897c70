import { z } from "zod";
import { vmLabels } from "../../calico/resource.js";
import { bare } from "../../calico/verdict/connection.js";
import type { Endpoint } from "../../calico/verdict/endpoint.js";

/** Groups and names that are told. */
const mostGroups = 12;
const mostNames = 4;

/** What a policy selects, as people know it: projects, security groups, hosts. */
export const Members = z.object({
  groups: z.array(
    z.object({ what: z.enum(["project", "security group", "host"]), name: z.string(), count: z.number(), names: z.array(z.string()) }),
  ),
  /** Groups that are left out. */
  more: z.number(),
});
export type Members = z.infer<typeof Members>;

type Group = Members["groups"][number];

/** The largest first; an endpoint is in its project and in each of its security groups. */
export function membersOf(endpoints: readonly Endpoint[]): Members {
  const groups = new Map<string, Group>();
  for (const endpoint of endpoints)
    for (const [what, name] of groupsOf(endpoint)) {
      const group = groups.get(`${what} ${name}`) ?? { what, name, count: 0, names: [] };
      groups.set(`${what} ${name}`, group);
      group.count++;
      if (group.names.length < mostNames) group.names.push(endpointName(endpoint));
    }
  const order: readonly Group["what"][] = ["project", "security group", "host"];
  const all = [...groups.values()].toSorted(
    (a, b) => order.indexOf(a.what) - order.indexOf(b.what) || b.count - a.count || a.name.localeCompare(b.name),
  );
  const shown = order.flatMap((what) => all.filter((group) => group.what === what).slice(0, Math.ceil(mostGroups / order.length)));
  return { groups: shown, more: all.length - shown.length };
}

function groupsOf({ kind, node, labels, namespace }: Endpoint): [Group["what"], string][] {
  if (kind === "host") return [["host", node]];
  const project = labels[vmLabels.projectName] ?? labels[vmLabels.projectId] ?? `namespace ${namespace ?? "-"}`;
  const groups = Object.entries(labels).flatMap(([label, name]): [Group["what"], string][] =>
    label.startsWith(vmLabels.groupPrefix) ? [["security group", name || label.slice(vmLabels.groupPrefix.length)]] : [],
  );
  return [["project", project], ...groups];
}

/** The first part of its name in DNS, else its address, else its own name. */
export function endpointName({ kind, fqdn, name, addresses }: Endpoint): string {
  if (kind === "host") return name;
  const [first] = addresses;
  return fqdn.split(".")[0] || (first === undefined ? name : bare(first));
}

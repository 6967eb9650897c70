import { z } from "zod";
import { parseCidr } from "../../calico/cidr.js";
import type { Edit } from "../../calico/effect/edit.js";
import { securityGroupOf } from "../../calico/names.js";
import { part } from "../../calico/part.js";
import { vmLabels } from "../../calico/resource.js";
import { type Item, itemName } from "../../calico/verdict/item.js";
import { ofKind, type Parts } from "../../calico/verdict/parts.js";
import { protocolName } from "../../calico/verdict/protocol.js";
import { fail } from "../../contract/failure.js";

/** A rule of a security group, as `openstack security group rule create` would add it. */
export const GroupRule = z.object({
  direction: z.enum(["ingress", "egress"]),
  protocol: z.number(),
  /** Null = all. */
  port: z.number().nullable(),
  /** A prefix, or the id or name of another group; null = anybody. */
  peer: z.string().nullable(),
});
export type GroupRule = z.infer<typeof GroupRule>;

/** The policies that Neutron's driver would write with one rule more: one for each namespace that has the group. */
export function withRule(parts: Parts, name: string, rule: GroupRule): Edit & { objects: string[] } {
  const id = groupId(parts, name);
  const policies = ofKind(parts, "NetworkPolicy").filter((item) => securityGroupOf(item.name) === id);
  if (policies.length === 0)
    throw fail("not_found", `security group \`${name}\` has no policy in etcd`, { hint: "`policies` lists what there is" });
  const added = calicoRule(parts, rule);
  const put = policies.map((item): Item => {
    const spec = part(item.value["spec"]);
    const rules: unknown[] = Array.isArray(spec[rule.direction]) ? (spec[rule.direction] as unknown[]) : [];
    return { ...item, value: { ...item.value, spec: { ...spec, [rule.direction]: [...rules, added] } } };
  });
  return { put, remove: [], objects: put.map(itemName) };
}

function calicoRule(parts: Parts, { direction, protocol, port, peer }: GroupRule): Readonly<Record<string, unknown>> {
  const cidr = peer === null ? null : parseCidr(peer);
  const other = peer === null ? {} : cidr ? { nets: [cidr.text] } : { selector: `has(${vmLabels.groupPrefix}${groupId(parts, peer)})` };
  const ports = port === null ? {} : { ports: [port] };
  const ends = direction === "ingress" ? { source: other, destination: ports } : { destination: { ...other, ...ports } };
  return { action: "Allow", ipVersion: cidr?.family ?? 4, protocol: protocolName(protocol).toUpperCase(), ...ends };
}

/** A group by its id, or by the name that its VMs carry. */
function groupId(parts: Parts, name: string): string {
  const ids = new Set(ofKind(parts, "NetworkPolicy").flatMap((item) => securityGroupOf(item.name) ?? []));
  if (ids.has(name)) return name;
  const carried = new Set(
    ofKind(parts, "WorkloadEndpoint").flatMap(({ value }) =>
      Object.entries(part(part(value["metadata"])["labels"])).flatMap(([label, called]) =>
        called === name && label.startsWith(vmLabels.groupPrefix) ? label.slice(vmLabels.groupPrefix.length) : [],
      ),
    ),
  );
  const [only, ...others] = [...carried].filter((id) => ids.has(id));
  if (only === undefined)
    throw fail("not_found", `no security group is called \`${name}\``, {
      hint: "by id, or by the name that its VMs carry: `policies VM` shows them",
    });
  if (others.length > 0)
    throw fail("ambiguous", `\`${name}\` is the name of ${others.length + 1} security groups`, {
      hint: `give an id: ${[only, ...others].slice(0, 4).join(", ")}`,
    });
  return only;
}

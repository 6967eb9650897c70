import { nearest } from "../../contract/nearest.js";
import { parseCidr } from "../cidr.js";
import { part } from "../part.js";
import { anything, oneOf, prefix, selector, text, whole } from "./leaves.js";
import { type Complaint, fields, list, type Shape, type Wrong } from "./shape.js";
import { written } from "./written.js";

const protocols = ["TCP", "UDP", "ICMP", "ICMPv6", "SCTP", "UDPLite"];
const withPorts: readonly unknown[] = ["TCP", "UDP", "SCTP", "6", "17", "132", 6, 17, 132];

/** A protocol by name, in Calico's capitals, or by number. */
export const protocol: Shape = {
  is: "leaf",
  check(value): Complaint | null {
    const number = typeof value === "number" ? value : /^\d+$/.test(written(value)) ? Number(value) : null;
    if (number !== null)
      return Number.isInteger(number) && number >= 1 && number <= 255
        ? null
        : { text: `protocol ${number} is not from 1 to 255`, hint: null };
    if (protocols.includes(written(value))) return null;
    const near = nearest(written(value), protocols);
    const hint = near === null ? `one of ${protocols.join(", ")}, or a number` : `did you mean \`${near}\`? Calico minds capitals`;
    return { text: `\`${written(value)}\` is no protocol`, hint };
  },
};

/** 80, "80:90", or a port's name. */
export const port: Shape = {
  is: "leaf",
  check(value): Complaint | null {
    const range = written(value);
    const [, from, to = from] = /^(\d+)(?::(\d+))?$/.exec(range) ?? [];
    if (from === undefined)
      return typeof value === "string" && /^[A-Za-z0-9_.-]{1,128}$/.test(value)
        ? null
        : { text: `\`${range}\` is no port`, hint: 'a number, a range such as "8080:8090", or the name of a port' };
    if (Number(to) > 65_535 || Number(from) > 65_535) return { text: `port ${range} is above 65535`, hint: null };
    return Number(from) <= Number(to) ? null : { text: `the range ${range} goes backwards`, hint: `write "${to}:${from}"` };
  },
};

const ports = list(port);
const nets = list(prefix);
const serviceAccounts = fields({ names: list(text), selector });
const icmp = fields({ type: whole(0, 254), code: whole(0, 255) });

const end = fields({
  nets,
  notNets: nets,
  selector,
  notSelector: selector,
  namespaceSelector: selector,
  ports,
  notPorts: ports,
  serviceAccounts,
  services: fields({ name: text, namespace: text }),
});

const path = fields({ exact: text, prefix: text });

/** One rule of a policy. */
export const rule: Shape = fields(
  {
    action: oneOf("Allow", "Deny", "Log", "Pass"),
    ipVersion: {
      is: "leaf",
      check: (value) => (value === 4 || value === 6 ? null : { text: `IP version ${written(value)}`, hint: "4 or 6" }),
    },
    protocol,
    notProtocol: protocol,
    icmp,
    notICMP: icmp,
    source: end,
    destination: end,
    http: fields({ methods: list(text), paths: list(path) }),
    metadata: fields({ annotations: anything }),
  },
  { required: ["action"], also: together },
);

type Object = Readonly<Record<string, unknown>>;
const listAt = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

function* together(rule: Object): Generator<Partial<Wrong>> {
  const asked = rule["protocol"];
  for (const side of ["source", "destination"] as const) {
    const what = part(rule[side]);
    for (const name of ["ports", "notPorts"] as const)
      if (listAt(what[name]).length > 0 && !withPorts.includes(asked))
        yield {
          path: [side, name],
          text: asked === undefined ? `${name} without a protocol` : `${name} with protocol ${written(asked)}`,
          hint: "set `protocol` to TCP, UDP or SCTP",
        };
    for (const name of ["nets", "notNets"] as const)
      if (listAt(what[name]).some((net) => rule["ipVersion"] !== undefined && parseCidr(written(net))?.family !== rule["ipVersion"]))
        yield { path: [side, name], text: `a prefix that is not IPv${written(rule["ipVersion"])}, which the rule is for`, hint: null };
  }
  for (const name of ["icmp", "notICMP"])
    if (rule[name] !== undefined && !["ICMP", "ICMPv6", 1, 58, "1", "58"].includes(asked as string))
      yield { path: [name], text: `${name} with protocol ${written(asked)}`, hint: "set `protocol` to ICMP or ICMPv6" };
  if (part(rule["icmp"])["code"] !== undefined && part(rule["icmp"])["type"] === undefined)
    yield { path: ["icmp"], text: "an ICMP code without a type", hint: "add `type`" };
}

import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { contains, parseCidr } from "../../../src/calico/cidr.js";
import { type Reaching, reaching } from "../../../src/calico/effect/reachers.js";
import type { Service } from "../../../src/calico/verdict/ask.js";
import { between, located } from "../../../src/calico/verdict/between.js";
import type { Connection } from "../../../src/calico/verdict/connection.js";
import { stored } from "../../../src/calico/verdict/item.js";
import { type Model, modelOf } from "../../../src/calico/verdict/model.js";
import { add, emptyParts } from "../../../src/calico/verdict/parts.js";
import { golden } from "../../support/keyspace.js";
import { model } from "../verdict/flow.js";
import { connections, said } from "./brute-force.js";
import { endpoints, outside, policies, port, services, vms } from "./clusters.js";

const ranges = ["10.0.0.0/30", "192.0.2.0/23", "fd00::/126"];

const isFloating = (of: Model, address: Connection["dst"]): boolean =>
  of.at.at(address).length === 0 && of.floatingAt.at(address).length > 0;
const sameNode = (of: Model, { src, dst }: Connection): boolean => located(of, src).endpoint?.node === located(of, dst).endpoint?.node;

interface Checked {
  asked: Service | null;
  seen: Set<string>;
  /** Addresses of sources and targets. */
  among: readonly string[];
}

/** Holds what is said of a target against the verdict on every connection to it. */
function check(of: Model, target: string, { asked, seen, among }: Checked): void {
  const net = parseCidr(target);
  if (net === null) throw new Error(target);
  const found: Reaching = reaching(of, { nets: [net], outside: false, asked });
  for (const one of connections(among, services)) {
    // An address does not go to itself.
    if (!contains(net, one.dst) || located(of, one.src).address.text === located(of, one.dst).address.text) continue;
    const { egress, ingress, allowed, doubts } = between(of, one);
    // A floating address is not seen on its own host.
    if ((egress === null && ingress === null) || (isFloating(of, one.dst) && egress !== null && sameNode(of, one))) continue;
    const answer = said(found, of, one);
    const isAsked = asked === null || (asked.protocol === one.protocol && asked.dstPort === one.dstPort);
    const expected = !isAsked ? [""] : doubts.length > 0 ? ["uncertain", ...(allowed ? [] : [""])] : [allowed ? "gained" : ""];
    seen.add(`${answer}${doubts.length > 0 ? " in doubt" : ""}`);
    if (!expected.includes(answer))
      expect(`${JSON.stringify(one, (_, n) => (typeof n === "bigint" ? String(n) : n))} ${answer}`).toBe(expected[0]);
  }
}

describe("on any small cluster, who may reach a target is what judging every connection says", () => {
  test("on any service, and on one", () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(
        endpoints,
        policies,
        fc.constantFrom(...vms, ...ranges, ...outside),
        fc.constantFrom(null, port(6, 80)),
        (all, some, target, asked) => {
          check(model([...all, ...some]), target, { asked, seen, among: [...vms, ...outside] });
        },
      ),
      { numRuns: 120 },
    );
    expect([...seen].toSorted()).toEqual(["", " in doubt", "gained", "uncertain in doubt"]);
  });
});

test("so it is in the recorded keyspace of a cloud, as it is and without the policy that drops everything", () => {
  const seen = new Set<string>();
  for (const without of ["no policy", "default-deny-all"]) {
    const parts = emptyParts();
    for (const { key, value } of golden()) {
      const taken = key.endsWith(without) ? null : stored(key, typeof value === "string" ? value : JSON.stringify(value));
      if (taken) add(parts, taken);
    }
    const of = modelOf(parts);
    const among = [...of.endpoints.flatMap(({ addresses }) => addresses.map(({ text }) => text)), "8.8.8.8"];
    for (const target of among.slice(0, 12)) check(of, target, { asked: null, seen, among });
  }
  expect([...seen]).toEqual(expect.arrayContaining(["", "gained", "uncertain in doubt"]));
});

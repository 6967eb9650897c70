import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { parseCidr } from "../../../src/calico/cidr.js";
import { between } from "../../../src/calico/verdict/between.js";
import type { Connection } from "../../../src/calico/verdict/connection.js";
import { applied } from "../../../src/calico/verdict/item.js";
import type { Verdict } from "../../../src/calico/verdict/judge.js";
import { type Model, modelOf } from "../../../src/calico/verdict/model.js";
import { add, emptyParts } from "../../../src/calico/verdict/parts.js";
import { protocolNumber } from "../../../src/calico/verdict/protocol.js";

interface Flow {
  src: string;
  dst: string;
  protocol: string;
  srcPort?: number | null;
  dstPort?: number | null;
  allowed: boolean;
}
interface Judged extends Flow {
  egress: Omit<Verdict, "doubts"> | null;
  ingress: Omit<Verdict, "doubts"> | null;
}
interface Sample {
  name: string;
  resources: unknown[];
  flows: Judged[];
}
const golden = <T>(path: string): T => JSON.parse(readFileSync(join(import.meta.dirname, "../../golden", path), "utf8")) as T;
const samples = golden<Sample[]>("policy/verdicts-sample.json");

function model({ resources }: Sample): Model {
  const parts = emptyParts();
  for (const resource of resources) add(parts, applied(resource));
  return modelOf(parts, { rule: "name" });
}

function connection({ src, dst, protocol, srcPort, dstPort }: Flow): Connection {
  const [from, to, number] = [parseCidr(src), parseCidr(dst), protocolNumber(protocol)];
  if (!from || !to || number === null) throw new Error(`${src} ${dst} ${protocol}`);
  return { src: from, dst: to, protocol: number, srcPort: srcPort ?? null, dstPort: dstPort ?? null, icmp: null };
}

const withoutDoubts = (end: Verdict | null): Judged["egress"] => end && { endpoint: end.endpoint, verdict: end.verdict, trace: end.trace };

describe("verdicts that Calico's own code computed", () => {
  test.each(samples)("$name, with what decided at both ends", (sample) => {
    const compiled = model(sample);
    expect(compiled.troubles).toEqual([]);
    for (const flow of sample.flows) {
      const found = between(compiled, connection(flow));
      const { egress, ingress, allowed } = flow;
      expect({
        egress: withoutDoubts(found.egress),
        ingress: withoutDoubts(found.ingress),
        allowed: found.allowed,
        doubts: found.doubts,
      }).toEqual({
        egress,
        ingress,
        allowed,
        doubts: [],
      });
    }
  });
});

describe("verdicts that real packets met in the kernel", () => {
  const packets = golden<{ name: string; checked: (Flow & { packet: boolean })[] }[]>("felix/kernel-verdicts.json");

  test.each(packets)("$name", ({ name, checked }) => {
    const sample = samples.find((one) => one.name === name);
    if (!sample) throw new Error(name);
    const compiled = model(sample);
    for (const flow of checked) expect({ ...flow, packet: between(compiled, connection(flow)).allowed }).toEqual(flow);
  });
});

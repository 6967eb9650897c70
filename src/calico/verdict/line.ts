import { connectionOf, type Flow } from "./ask.js";
import { between } from "./between.js";
import type { Verdict } from "./judge.js";
import type { Model } from "./model.js";
import type { Step } from "./trace.js";

/** The answer about one flow, in the words in which Calico's own verdicts are recorded. */
export interface FlowLine {
  src: string;
  dst: string;
  protocol: string | number;
  srcPort?: number;
  dstPort?: number;
  egress: Omit<Verdict, "doubts"> | null;
  ingress: Omit<Verdict, "doubts"> | null;
  allowed: boolean;
  uncertain: boolean;
  /** Why it is uncertain. */
  reasons: string[];
  /** What decided at the source, then at the destination. */
  trace: Step[];
}

/** Judges one; a sentence says why it cannot be taken for a flow. */
export function flowLine(model: Model, flow: Flow): FlowLine | string {
  const connection = connectionOf(flow);
  if (typeof connection === "string") return connection;
  const { egress, ingress, allowed, doubts } = between(model, connection);
  const { src, dst, protocol, srcPort, dstPort } = flow;
  return {
    src,
    dst,
    protocol,
    ...(typeof srcPort === "number" ? { srcPort } : {}),
    ...(typeof dstPort === "number" ? { dstPort } : {}),
    egress: shown(egress),
    ingress: shown(ingress),
    allowed,
    uncertain: doubts.length > 0,
    reasons: doubts,
    trace: [...(egress?.trace ?? []), ...(ingress?.trace ?? [])],
  };
}

const shown = (end: Verdict | null): FlowLine["egress"] => end && { endpoint: end.endpoint, verdict: end.verdict, trace: end.trace };

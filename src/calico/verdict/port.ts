import type { Certainty } from "./certainty.js";
import type { Connection } from "./connection.js";
import { hasPorts } from "./protocol.js";

/** Ports from one to another, or all that endpoints call by a name. */
export type PortSpec = { from: number; to: number } | { name: string };

/** A name that an endpoint gives to one of its ports. */
export interface NamedPort {
  name: string;
  protocol: number;
  port: number;
}

/** Reads a port, a range `80:90`, or a port's name; null = none of them. */
export function parsePort(value: string | number): PortSpec | null {
  const text = String(value).trim();
  const range = /^(\d{1,5})(?::(\d{1,5}))?$/.exec(text);
  if (!range) return /^[A-Za-z0-9_.-]{1,128}$/.test(text) ? { name: text } : null;
  const from = Number(range[1]);
  const to = Number(range[2] ?? range[1]);
  return from <= to && to <= 65535 ? { from, to } : null;
}

/** One side of a connection, as far as its ports go. */
export interface PortSide {
  port: number | null;
  named: readonly NamedPort[];
  protocol: Connection["protocol"];
  /** `source` or `destination`, for sentences. */
  side: string;
}

/** Whether a side's port is one of these. */
export function isOneOf(specs: readonly PortSpec[], { port, named, protocol, side }: PortSide): Certainty {
  if (!hasPorts(protocol)) return false;
  if (port === null) return `the ${side} port is not given`;
  return specs.some((spec) => {
    if ("from" in spec) return spec.from <= port && port <= spec.to;
    return named.some((one) => one.name === spec.name && one.protocol === protocol && one.port === port);
  });
}

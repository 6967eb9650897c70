import { type Field, type Printed, pointer, type Shape, scalar } from "./shape.js";

/** A protocol or the like: a number up to 255, or a name. */
export const numberOrName: Shape = scalar("numorstring.Uint8OrString", 0, (value) => {
  if (typeof value === "number") return value;
  if (typeof value !== "string") return undefined;
  return /^\d+$/.test(value) && Number(value) <= 255 ? Number(value) : value;
});

/** A port: a number, `from:to`, or the name of a named port. */
export const port: Shape = scalar("numorstring.Port", 0, (value) => {
  if (typeof value === "number") return value;
  if (typeof value !== "string") return undefined;
  if (/^\d+$/.test(value)) return Number(value);
  const range = /^(\d+):(\d+)$/.exec(value);
  if (!range) return value;
  return Number(range[1]) === Number(range[2]) ? Number(range[1]) : `${Number(range[1])}:${Number(range[2])}`;
});

/** An AS number: plain, or dotted as in `1.10`. */
export const asNumber: Shape = scalar("numorstring.ASNumber", 0, (value) => {
  if (typeof value === "number") return value;
  if (typeof value !== "string") return undefined;
  const [high, low] = value.split(".");
  if (/^\d+\.\d+$/.test(value)) return Number(high) * 65536 + Number(low);
  return /^\d+$/.test(value) ? Number(value) : undefined;
});

const units: Readonly<Record<string, number>> = { ns: 1e-9, us: 1e-6, µs: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600 };

/** A time span as Go prints it: `90s` becomes `1m30s`. */
const duration: Shape = scalar("v1.Duration", "0s", (value) => (typeof value === "string" ? printDuration(value) : undefined));
export const someDuration: Field = pointer(duration);
export { duration };

/** A time span in the normal form of Go; undefined when it is none. */
export function printDuration(value: string): Printed | undefined {
  if (!/^[-+]?(0|(\d+\.?\d*|\.\d+)(ns|us|µs|ms|s|m|h)((\d+\.?\d*|\.\d+)(ns|us|µs|ms|s|m|h))*)$/.test(value)) return undefined;
  const parts = [...value.matchAll(/(\d+\.?\d*|\.\d+)(ns|us|µs|ms|s|m|h)/g)];
  const seconds = parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (units[unit ?? ""] ?? 0), 0);
  return `${value.startsWith("-") && seconds > 0 ? "-" : ""}${spell(seconds)}`;
}

function spell(seconds: number): string {
  if (seconds === 0) return "0s";
  for (const [unit, size] of [
    ["ns", 1e-9],
    ["µs", 1e-6],
    ["ms", 1e-3],
  ] as const)
    if (seconds < size * 999.9999999) return `${round(seconds / size)}${unit}`;
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const rest = `${round(seconds % 60)}s`;
  if (hours > 0) return `${hours}h${minutes}m${rest}`;
  return minutes > 0 ? `${minutes}m${rest}` : rest;
}

const round = (value: number): number => Number(value.toFixed(9));

/** A moment, to the second, in UTC. */
export const time: Shape = scalar("v1.Time", null, (value) => {
  if (typeof value !== "string") return undefined;
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[-+]\d\d:\d\d)$/.test(value)) return undefined;
  const moment = new Date(value);
  return Number.isNaN(moment.getTime()) ? undefined : `${moment.toISOString().slice(0, 19)}Z`;
});

import { z } from "zod";
import { fail } from "../contract/failure.js";

const units: Readonly<Record<string, number>> = { m: 60_000, min: 60_000, h: 3_600_000 };
const [least, most] = [60_000, 86_400_000];

/** How long something is to last, as an argument: `4h`, `30m`. */
export const lastingArg = z
  .string()
  .max(20)
  .default("4h")
  .meta({ positional: 1, placeholder: "4h", description: "how long: `30m`, `4h`; from 1m to 24h" });

/** A time as people type it in ms; throws `usage` for what is none. */
export function lasting(text: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)\s*([a-z]+)$/i.exec(text.trim()) ?? [];
  const ms = Math.round(Number(amount) * (units[unit?.toLowerCase() ?? ""] ?? Number.NaN));
  if (ms >= least && ms <= most) return ms;
  throw fail("usage", `\`${text}\` is no time that this can last`, { hint: "from `1m` to `24h`, such as `30m` or `4h`" });
}

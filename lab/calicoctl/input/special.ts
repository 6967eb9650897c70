import { printDuration } from "../shapes/scalars.js";

/** A mismatch that names what was found and the type that was wanted. */
interface Mismatch {
  found: string;
  type: string;
}

/** Types that Calico decodes itself: `taken`, what is wrong, or undefined for a type that is not special. */
export function special(type: string, value: unknown): string | Mismatch | undefined {
  return decoders[type]?.(value);
}

const decoders: Readonly<Record<string, (value: unknown) => string | Mismatch>> = {
  "numorstring.Port": port,
  "numorstring.Uint8OrString": (value) => (typeof value === "string" ? "taken" : small(value, 255, "uint8")),
  "numorstring.ASNumber": asNumber,
  "v1.Duration": (value) => {
    if (typeof value !== "string") return { found: kind(value), type: "string" };
    return printDuration(value) === undefined ? `time: invalid duration ${JSON.stringify(value)}` : "taken";
  },
  "v1.Time": (value) => (typeof value === "string" ? time(value) : { found: kind(value), type: "string" }),
};

function kind(value: unknown): string {
  if (Array.isArray(value)) return "array";
  return typeof value === "boolean" ? "bool" : typeof value;
}

function small(value: unknown, most: number, type: string): string | Mismatch {
  if (typeof value !== "number") return { found: kind(value), type };
  return Number.isInteger(value) && value >= 0 && value <= most ? "taken" : { found: `number ${value}`, type };
}

function port(value: unknown): string | Mismatch {
  if (typeof value !== "string") return small(value, 65_535, "uint16");
  if (/^\d+$/.test(value)) return Number(value) <= 65_535 ? "taken" : `invalid port format (${value})`;
  const range = /^(\d+):(\d+)$/.exec(value);
  if (!range) return /^[a-zA-Z0-9_.-]{1,128}$/.test(value) ? "taken" : `invalid name for named port (${value})`;
  const [from, to] = [Number(range[1]), Number(range[2])];
  if (from > 65_535) return `invalid minimum port number in range (${value})`;
  if (to > 65_535) return `invalid maximum port number in range (${value})`;
  return from <= to ? "taken" : `minimum port number (${from}) is greater than maximum port number (${to}) in port range`;
}

function asNumber(value: unknown): string | Mismatch {
  const most = 4_294_967_295;
  if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= most) return "taken";
  if (typeof value !== "string") return { found: kind(value), type: "string" };
  const parts = value.split(".");
  const limit = parts.length === 2 ? 65_535 : most;
  const fits = parts.length <= 2 && parts.every((part) => /^\d+$/.test(part) && Number(part) <= limit);
  return fits ? "taken" : `invalid AS Number format (${value})`;
}

function time(value: string): string {
  const fits = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[-+]\d\d:\d\d)$/.test(value) && !Number.isNaN(Date.parse(value));
  return fits
    ? "taken"
    : `parsing time ${JSON.stringify(value)} as "2006-01-02T15:04:05Z07:00": cannot parse ${JSON.stringify(value)} as "2006"`;
}

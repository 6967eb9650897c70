/** A value as calicoctl's library writes it, of fields that people may write in several ways. */
export function normal(field: string, value: unknown): unknown {
  if (typeof value !== "string") return value;
  if (/^(local)?as_?number$/i.test(field)) return asNumber(value);
  return duration(value) ?? value;
}

/** `"80"` and `"80:80"` are stored as the number. */
export function normalPort(port: unknown): unknown {
  const [, from, to] = /^(\d+)(?::(\d+))?$/.exec(typeof port === "string" ? port.trim() : "") ?? [];
  return from === undefined || (to !== undefined && Number(to) !== Number(from)) ? port : Number(from);
}

/** `1.10` is 65546. */
function asNumber(text: string): unknown {
  const [, high, low] = /^(?:(\d{1,5})\.)?(\d{1,10})$/.exec(text) ?? [];
  return low === undefined ? text : Number(high ?? 0) * 65_536 + Number(low);
}

/** Nanoseconds of each unit of Go. */
const units: Readonly<Record<string, number>> = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 };

/** A span of time as Go prints it: `90s` is `1m30s`; null = it is none. */
function duration(text: string): string | null {
  if (!/^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/.test(text)) return null;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g)];
  const total = parts.reduce((sum, [, amount, unit]) => sum + Math.round(Number(amount) * (units[unit ?? ""] ?? 0)), 0);
  if (total === 0) return "0s";
  if (total < 1e9) {
    const [unit, size] = total < 1e3 ? ["ns", 1] : total < 1e6 ? ["µs", 1e3] : ["ms", 1e6];
    return `${total / size}${unit}`;
  }
  const [hours, minutes, seconds] = [Math.floor(total / 3600e9), Math.floor((total % 3600e9) / 60e9), (total % 60e9) / 1e9];
  return `${hours > 0 ? `${hours}h` : ""}${hours > 0 || minutes > 0 ? `${minutes}m` : ""}${seconds}s`;
}

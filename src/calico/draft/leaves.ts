import { nearest } from "../../contract/nearest.js";
import { parseCidr } from "../cidr.js";
import { parseSelector } from "../selector/parse.js";
import type { Complaint, Shape } from "./shape.js";
import { written } from "./written.js";

const leaf = (check: (value: unknown) => Complaint | null): Shape => ({ is: "leaf", check });
const said = (value: unknown): string => `\`${typeof value === "string" ? value : JSON.stringify(value)}\``.slice(0, 120);
const textual = (check: (text: string) => Complaint | null): Shape =>
  leaf((value) => (typeof value === "string" ? check(value) : { text: `${said(value)} is no text`, hint: "put it in quotes" }));

/** Whatever it is: fields of kinds that a cloud of VMs does not use are left to calicoctl. */
export const anything: Shape = leaf(() => null);
export const text: Shape = textual(() => null);
export const yesNo: Shape = leaf((value) =>
  typeof value === "boolean" ? null : { text: `${said(value)} is neither true nor false`, hint: "write true or false, without quotes" },
);
export const number: Shape = leaf((value) =>
  typeof value === "number" ? null : { text: `${said(value)} is no number`, hint: unquoted(value) },
);

const unquoted = (value: unknown): string => (/^\d+$/.test(written(value)) ? "write it without quotes" : "such as 100, without quotes");

/** A whole number from one to another, both included. */
export const whole = (from: number, to: number): Shape =>
  leaf((value) => {
    if (typeof value !== "number" || !Number.isInteger(value)) return { text: `${said(value)} is no whole number`, hint: unquoted(value) };
    return value < from || value > to ? { text: `${value} is not from ${from} to ${to}`, hint: null } : null;
  });

/** One of these words; Calico minds capitals. */
export const oneOf = (...words: readonly string[]): Shape =>
  textual((value) => {
    if (words.includes(value)) return null;
    const near = nearest(value, words);
    const hint = near === null ? `one of ${words.join(", ")}` : `did you mean \`${near}\`? Calico minds capitals`;
    return { text: value === "" ? "this is empty" : `${said(value)} is not known here`, hint };
  });

/** A selector; the hint is the selector with a caret under the place. An empty one is left to who uses it. */
export const selector: Shape = textual((value) => {
  const parsed = parseSelector(value);
  if (parsed.ok) return null;
  const { message, at } = parsed.error;
  const before = value.slice(Math.max(0, at - 60), at);
  return {
    text: `the selector is wrong at position ${at + 1}: ${message}`,
    hint: `${before}${value.slice(at, at + 40)}\n${" ".repeat(before.length)}^`,
  };
});

/** A prefix without host bits. */
export const prefix: Shape = textual((value) => {
  const cidr = parseCidr(value);
  if (cidr === null) return { text: `${said(value)} is no prefix`, hint: "such as 10.0.0.0/24 or fd00::/64" };
  if (!value.includes("/")) return { text: `${said(value)} has no length`, hint: `for this one address write ${value}/${cidr.bits}` };
  return bitsOf(value) === cidr.first ? null : { text: `${said(value)} has bits set behind its length`, hint: `write ${cidr.text}` };
});

/** The address before the slash as a number. */
const bitsOf = (value: string): bigint | null => parseCidr(value.split("/")[0] ?? "")?.first ?? null;

/** An address, or a prefix with host bits as an interface has it. */
export const addressOrPrefix: Shape = textual((value) =>
  parseCidr(value) === null ? { text: `${said(value)} is no address`, hint: "such as 10.0.0.1 or 10.0.0.1/24" } : null,
);
export const address: Shape = textual((value) =>
  parseCidr(value) === null || value.includes("/") ? { text: `${said(value)} is no address`, hint: "such as 10.0.0.1" } : null,
);

/** `10.0.0.1`, `10.0.0.1:179`, `fd00::1`, `[fd00::1]:179`. */
export const addressAndPort: Shape = textual((value) => {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]+|[^.]*:[^.]*:[^.]*))(?::(\d{1,5}))?$/.exec(value) ?? [];
  const found = parseCidr(bracketed ?? plain ?? value);
  if (found !== null && !value.includes("/") && Number(port ?? 1) <= 65535 && Number(port ?? 1) > 0) return null;
  return { text: `${said(value)} is no address`, hint: "such as 10.0.0.1, 10.0.0.1:179 or [fd00::1]:179" };
});

/** `64512` or the dotted `1.10`. */
export const asNumber: Shape = leaf((value) => {
  const [high = "", low, ...more] = written(value).split(".");
  const parts = low === undefined ? [high] : [high, low];
  const most = low === undefined ? 4_294_967_295 : 65_535;
  const right = more.length === 0 && parts.every((part) => /^\d{1,10}$/.test(part) && Number(part) <= most);
  if (right && (typeof value === "string" || Number.isInteger(value))) return null;
  return { text: `${said(value)} is no AS number`, hint: 'a number up to 4294967295, or "1.10" in quotes' };
});

/** `90s`, `1m30s`. */
export const duration: Shape = leaf((value) =>
  typeof value === "string" && /^(\d+(\.\d+)?(ms|s|m|h))+$|^0?$/.test(value)
    ? null
    : { text: `${said(value)} is no duration`, hint: "with its unit, such as 90s or 1m30s" },
);

/** The names of Calico's objects. */
export const objectName: Shape = textual((value) => {
  if (value.length > 253) return { text: "the name has more than 253 characters", hint: null };
  if (/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(value)) return null;
  return { text: `${said(value)} is no name`, hint: "small letters, digits, `-` and `.`, with a letter or digit at both ends" };
});

/** The name of a label or annotation: `app`, `example.com/app`. */
export function labelName(name: string): Complaint | null {
  const [own = "", ...before] = name.split("/").toReversed();
  const right = before.length <= 1 && own.length <= 63 && /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/.test(own);
  return right
    ? null
    : { text: `${said(name)} is no name of a label`, hint: "letters, digits, `-`, `_`, `.`, and one `/` behind a domain" };
}

/** The value of a label. */
export const labelValue: Shape = textual((value) =>
  value === "" || (value.length <= 63 && /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/.test(value))
    ? null
    : { text: `${said(value)} is no value of a label`, hint: "up to 63 letters, digits, `-`, `_`, `.`" },
);

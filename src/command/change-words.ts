import { z } from "zod";

/** Words that several commands about changes take. */

/** `c-` and seven letters or digits, as the cards show it. */
export const changeId = z
  .string()
  .regex(/^[cC]-[A-Za-z0-9]{7}$/, "ids of changes look like c-abcdefg")
  .meta({ positional: 0, placeholder: "ID", description: "of the change, as its card shows it" });

/** The first digits of a plan's digest. */
export const planDigest = z
  .string()
  .regex(/^[0-9a-fA-F]{8,64}$/, "the digest of a plan has 8 to 64 hexadecimal digits")
  .meta({ positional: 1, placeholder: "PLAN", description: "first digits of the digest on the card" });

const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, min: 60_000, h: 3_600_000, d: 86_400_000 };

/** `10m`, `4h`, `2d` as ms. */
export const timeSpan = z
  .string()
  .regex(/^\d{1,5}\s*(?:s|m|min|h|d)$/, "a time such as 10m, 4h or 2d")
  .transform((text) => {
    const [, amount = "0", unit = "m"] = /^(\d+)\s*([a-z]+)$/.exec(text) ?? [];
    return Number(amount) * (units[unit] ?? 60_000);
  });

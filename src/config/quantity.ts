import { z } from "zod";
import { form } from "./wording.js";

const times: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
const sizes: Readonly<Record<string, number>> = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3, TiB: 1024 ** 4 };

/** `8s`, `500ms`, `2m` as milliseconds; up to a day, for a timer that is set too far ahead rings at once. */
export const duration = quantity(times, { most: 86_400_000, words: ["a time", "500ms, 8s or 2m; up to 24h"] });

/** `512MiB`, `8GiB` as bytes. */
export const size = quantity(sizes, { most: 1024 ** 5, words: ["a size", "512MiB or 8GiB"] });

interface Wanted {
  most: number;
  words: readonly [what: string, example: string];
}

function quantity(units: Readonly<Record<string, number>>, { most, words: [what, example] }: Wanted) {
  return z.union([z.string(), z.number()], form(`not ${what}`, example)).transform((value, ctx): number => {
    const match = /^(\d+(?:\.\d+)?)\s*([A-Za-z]+)$/.exec(String(value).trim());
    const amount = Math.round(Number(match?.[1]) * (units[match?.[2] ?? ""] ?? Number.NaN));
    if (amount > 0 && amount <= most) return amount;
    ctx.addIssue({ code: "custom", message: form(`\`${value}\` is not ${what}`, example) });
    return z.NEVER;
  });
}

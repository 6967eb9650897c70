import { z } from "zod";
import type { EtcdConfig, Secret } from "../../src/config/valid.js";

/** What the compute thread is started with: secrets cross into it as text, and never leave the process. */
const Setting = z.object({
  endpoints: z.array(z.string()).min(1),
  ca: z.string().nullable(),
  cert: z.string().nullable(),
  key: z.string().nullable(),
  username: z.string().nullable(),
  password: z.string().nullable(),
  timeout: z.number(),
});
export type Setting = z.infer<typeof Setting>;

/** A configuration as it can cross into a thread. */
export function settingOf({ endpoints, key, password, ...plain }: EtcdConfig): Setting {
  return { ...plain, endpoints: [...endpoints], key: key?.reveal() ?? null, password: password?.reveal() ?? null };
}

/** The configuration again, on the other side. */
export function configOf(setting: unknown): EtcdConfig {
  const { key, password, ...plain } = Setting.parse(setting);
  return { ...plain, key: secretOf(key), password: secretOf(password) };
}

const secretOf = (text: string | null): Secret | null => (text === null ? null : { reveal: () => text });

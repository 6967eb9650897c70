import { z } from "zod";

/** A message that a worker starts by itself (an alarm, drift, a revert). Equal keys are one message. */
export const Notice = z.object({
  v: z.literal(1),
  key: z.string(),
  cluster: z.string(),
  light: z.enum(["ok", "warn", "bad", "unknown", "info"]),
  text: z.string(),
  detail: z.array(z.string()),
  /** Epoch ms. */
  at: z.number(),
});
export type Notice = z.infer<typeof Notice>;

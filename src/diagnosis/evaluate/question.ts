import { z } from "zod";
import { Wish } from "../preview/edit.js";

const About = z.object({
  cluster: z.string(),
  /** Hosts with their addresses, which Calico's objects do not tell. */
  hosts: z.array(z.object({ name: z.string(), address: z.string(), bgp: z.array(z.string()).readonly() })).readonly(),
});

/** What can be asked about who may talk to whom, as it crosses between threads. */
export const Question = z.discriminatedUnion("about", [
  About.extend({ about: z.literal("why"), from: z.string(), to: z.string(), port: z.string() }),
  /** Without a port on anything. */
  About.extend({ about: z.literal("reach"), to: z.string(), port: z.string().nullable() }),
  About.extend({ about: z.literal("expectations"), words: z.array(z.string()).readonly() }),
  /** `doubts`: what was not understood of the documents and may be right all the same. */
  About.extend({ about: z.literal("preview"), wish: Wish, doubts: z.array(z.string()).readonly() }),
]);
export type Question = z.infer<typeof Question>;

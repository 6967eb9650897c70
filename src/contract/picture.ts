import { z } from "zod";

/** More groups than this nobody can read: then the table says it. */
export const mostGroups = 12;

/** Who talks to whom, and what of it changes. Plain data: a renderer makes an image of it, or a table. */
export const Picture = z.object({
  title: z.string(),
  groups: z
    .array(
      z.object({
        id: z.string(),
        /** As people know them: a security group, a project, an address range. */
        name: z.string(),
        /** A second line: how many VMs. */
        note: z.string().optional(),
      }),
    )
    .max(mostGroups),
  links: z.array(
    z.object({
      /** Ids of groups: who begins the connection, and with whom. */
      from: z.string(),
      to: z.string(),
      /** What is spoken: `tcp/5432`. */
      text: z.string(),
      change: z.enum(["gained", "lost", "same"]),
    }),
  ),
});
export type Picture = z.infer<typeof Picture>;

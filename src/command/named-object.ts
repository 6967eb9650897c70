import { z } from "zod";

/** Arguments that name one stored object: `KIND NAME [-n NS]`. */
export const namedObject = {
  kind: z.string().min(1).max(100).meta({ positional: 0, placeholder: "KIND", description: "a kind of Calico's v3 API, or its alias" }),
  name: z.string().min(1).max(253).meta({ positional: 1, placeholder: "NAME", description: "its name" }),
  namespace: z.string().min(1).max(253).optional().meta({ short: "n", placeholder: "NS", description: "its namespace" }),
};

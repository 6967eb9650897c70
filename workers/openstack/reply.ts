import { z } from "zod";
import { fail } from "../../src/contract/failure.js";
import type { Reply } from "./request.js";

/** The three forms of an error body: Keystone's (and its middleware's), Neutron's, Nova's. */
const ErrorBody = z.union([
  z.object({ error: z.object({ message: z.string() }) }).transform(({ error }) => error.message),
  z.object({ NeutronError: z.object({ message: z.string() }) }).transform(({ NeutronError }) => NeutronError.message),
  z.record(z.string(), z.object({ code: z.number(), message: z.string() })).transform((body) => Object.values(body)[0]?.message ?? ""),
]);

/** The parsed body of a good answer; anything else is a coded failure that carries the service's own words and request id. */
export function bodyOf<T>(reply: Reply, schema: z.ZodType<T>, what: string): T {
  if (reply.status < 200 || reply.status > 299) throw refusal(reply, what);
  const parsed = schema.safeParse(json(reply.text));
  if (!parsed.success) throw fail("unreadable_output", `${what}: the answer does not have the expected form`);
  return parsed.data;
}

function refusal(reply: Reply, what: string): Error {
  const id = reply.headers["x-openstack-request-id"];
  const said = ErrorBody.safeParse(json(reply.text));
  // A proxy's page is no sentence; its status is.
  const words = said.success && said.data !== "" ? said.data : `status ${reply.status}`;
  const text = `${what}: ${words.slice(0, 300)}${typeof id === "string" ? ` (${id})` : ""}`;
  if (reply.status === 401)
    return fail("credentials", text, { hint: "Keystone says the same for a wrong password, user, project and domain" });
  if (reply.status === 403) return fail("denied", text, { hint: "the bot's OpenStack user lacks a role" });
  return fail(reply.status === 404 ? "not_found" : "tool_failed", text);
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

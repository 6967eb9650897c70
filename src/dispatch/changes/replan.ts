import { planOf } from "../../approvals/record.js";
import type { Context } from "../context.js";
import type { Request } from "../ports.js";

/**
 * `replan ID` as the line that asked for that change, with its documents: it is planned anew as a change of its own, by whoever asks now.
 * Anything else, and a change that nobody knows, stays as it was typed.
 */
export async function replanned(context: Context, request: Request): Promise<Request> {
  const [, id = ""] = /^\s*replan\s+(c-[a-z0-9]{7})\s*$/i.exec(request.text) ?? [];
  if (id === "") return request;
  const change = await context.approvals.get(id.toLowerCase());
  if (change === null) return request;
  const { line, steps, cluster } = planOf(change);
  const said = / --cluster /.test(line) ? line : `${line} --cluster ${cluster}`;
  const takes = context.commands.get(line.split(" ")[0] ?? "")?.document !== undefined;
  const documents = steps.filter(({ action }) => action !== "delete").map(({ document }) => document);
  return { ...request, text: takes ? `${said}\n${documents.join("\n---\n")}` : said };
}

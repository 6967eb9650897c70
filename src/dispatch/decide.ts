import { type BotCommand, type Command, isDryRun, type WorkerCommand } from "../command/define.js";
import { type Invocation, parseLine } from "../command/parse.js";
import { type Failure, FailureError, fail, toFailure } from "../contract/failure.js";
import { type Context, channelOf } from "./context.js";
import type { AccessAnswer, AccessAsk } from "./deps.js";
import type { Request } from "./ports.js";
import { clusterOfHost, targetsOf } from "./target.js";

/** What a request comes to, before anything is stored or asked. */
export type Decision =
  | { kind: "refused"; failure: Failure; line: string | null; alone: boolean }
  | { kind: "desk"; said: Invocation; command: BotCommand; detail: "full" | "counts" }
  | JobsDecision;

/** What workers are asked. `leftOut` = clusters that the line meant too and that do not answer where it was asked. */
export interface JobsDecision {
  kind: "jobs";
  said: Invocation;
  command: WorkerCommand;
  clusters: string[];
  leftOut: string[];
  detail: "full" | "counts";
}

/** Understands, authorises and aims a request. Pure: no Redis, no Slack. */
export function decide(context: Context, request: Request): Decision {
  let said: Invocation | null = null;
  try {
    const hosts = context.clusters.flatMap((cluster) => cluster.hosts.map(({ name }) => name));
    said = parseLine(request.text, context.commands, hosts);
    return decided(context, request, said);
  } catch (error) {
    if (!(error instanceof FailureError)) throw error;
    return refusal(context, request, { failure: toFailure(error), line: said?.line ?? null });
  }
}

/** Somebody whom nobody answers here learns that, and not how to spell commands. */
function refusal(context: Context, request: Request, what: { failure: Failure; line: string | null }): Decision {
  const { refusal: why, detail } = context.standing(request.actor, channelOf(request.place));
  const failure: Failure =
    what.failure.code !== "denied" && detail === "none" ? { code: "denied", message: why ?? "nothing is answered here" } : what.failure;
  return { kind: "refused", failure, line: what.line, alone: true };
}

function decided(context: Context, request: Request, said: Invocation): Decision {
  const { command } = said;
  const detail = mayAtAll(context, request, said);
  if (command.on === "bot") return { kind: "desk", said, command, detail };
  const channel = channelOf(request.place);
  const standing = context.standing(request.actor, channel);
  const asked = targetsOf(
    { ...said, cluster: clusterOfHost(said, context.clusters, standing) },
    context.clusters.map((cluster) => cluster.name),
    standing,
  );
  const answers = asked.map((cluster) => ({
    cluster,
    answer: context.authorise({ actor: request.actor, channel, role: roleFor(command, said.args), cluster }),
  }));
  const allowed = answers.filter((one) => one.answer.ok);
  const refused = answers.filter((one) => !one.answer.ok);
  if (allowed.length === 0) throw noneOf(refused.map(({ answer }) => answer));
  if (command.risk === "change" && typeof said.args["emergency"] === "string") checkOnCall(context, request, said);
  if (command.risk === "change")
    checkOne(
      said,
      allowed.map(({ cluster }) => cluster),
      detail,
    );
  const narrow = detail === "counts" || allowed.some((one) => one.answer.ok && one.answer.detail === "counts");
  const names = (some: typeof answers): string[] => some.map(({ cluster }) => cluster);
  return { kind: "jobs", said, command, clusters: names(allowed), leftOut: names(refused), detail: narrow ? "counts" : "full" };
}

/** Of one cluster the reason; of several that nobody named, no name. */
function noneOf(refusals: readonly AccessAnswer[]): Error {
  const [only] = refusals;
  if (refusals.length === 1 && only?.ok === false) return new FailureError(only.failure);
  return fail("denied", "none of the clusters answers here", { hint: "ask in a channel where they do, or whoever runs the bot" });
}

function checkOnCall(context: Context, { actor, place }: Request, { command }: Invocation): void {
  const answer = context.authorise({ actor, channel: channelOf(place), role: command.role, cluster: null, onCall: true });
  if (!answer.ok) throw new FailureError(answer.failure);
}

/** A change is for one cluster, and its card tells of tenants: it is asked for where they may be named. */
function checkOne({ name, line }: Invocation, clusters: readonly string[], detail: "full" | "counts"): void {
  if (detail !== "full")
    throw fail("denied", `\`${name}\` is taken only in channels with full detail`, {
      hint: "ask in another channel, or in a direct message",
    });
  if (clusters.length > 1)
    throw fail("ambiguous", `\`${name}\` changes one cluster, and ${clusters.join(", ")} are meant`, {
      hint: "say which with `--cluster NAME`",
      choices: clusters.map((cluster) => ({ label: cluster, line: `${line.replace(/ --cluster all\b/, "")} --cluster ${cluster}` })),
    });
}

/** Whoever may look may also learn what a change would do. */
const roleFor = (command: Command, args: Record<string, unknown>): Command["role"] => (isDryRun(command, args) ? "viewer" : command.role);

/** May this person type this command in this channel, whatever the cluster? */
function mayAtAll(context: Context, { actor, place }: Request, { command, args }: Invocation): "full" | "counts" {
  const ask: AccessAsk = { actor, channel: channelOf(place), role: roleFor(command, args), cluster: null, open: command.open === true };
  const answer = context.authorise(ask);
  if (!answer.ok) throw new FailureError(answer.failure);
  return answer.detail;
}

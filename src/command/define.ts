import { z } from "zod";
import type { Ask } from "../cluster/ask.js";
import type { Cluster } from "../cluster/cluster.js";
import type { Actor } from "../contract/actor.js";
import type { ChangeState } from "../contract/change.js";
import type { Plan } from "../contract/plan.js";
import type { View } from "../contract/view.js";
import type { ArgsSchema, Declared } from "./declared.js";
import type { Desk } from "./desk.js";
import type { ReadDocument } from "./document.js";
import { type Planned, Proposed } from "./planned.js";

/** What run() gets besides its arguments. */
export interface Work extends Ask {
  /** Index into the declared phases, and how far it is. */
  progress(phase: number, done: number, total: number): void;
  /** What was written below the line; null = nothing, or the command takes none. */
  document: string | null;
  /** How that is read; absent = here and now. */
  readDocument?: ReadDocument;
  /** Epoch ms by the worker's clock. */
  now(): number;
  /** Who asks; absent where nobody is known. */
  actor?: Actor;
  /** Changes that this worker has made, newest first; absent where no worker runs. */
  done?(): readonly Done[];
}

/** A change that was made, as a worker's journal knows it. */
export interface Done {
  plan: Plan;
  state: ChangeState;
  /** Epoch ms. */
  at: number;
}

/** What render() may know besides the result. */
export interface Seen {
  cluster: string;
  /** The line that repeats this answer. */
  line: string;
  /** Job id, for the Raw button; null where no job ran. */
  job: string | null;
  /** Epoch ms when the worker started and ended; equal for `on: bot`. */
  started: number;
  ended: number;
}

/** How a command looks for something by its name. */
export interface Search<A, R> {
  /** Whether these arguments name one thing; a list of all is no search. */
  names(args: A): boolean;
  /** Whether the cluster has it; null = it could not tell. A failure `not_found` is a no, `ambiguous` a yes. */
  found(result: R): boolean | null;
}

/** A command that a worker inside the cluster's network runs. */
export interface WorkerCommand<A extends ArgsSchema = ArgsSchema, R = unknown> extends Declared<A> {
  on: "worker";
  /** Deadline of the whole job in ms. */
  timeout: number;
  /** What the progress line says, by index. */
  phases: readonly string[];
  /** True: without a cluster named it runs on all of them. */
  everywhere?: boolean;
  /** For what may be in several clusters under one name: without a cluster named all are asked, and of several that have it the asker chooses. */
  search?: Search<z.infer<A>, R>;
  result: z.ZodType<R>;
  run(cluster: Cluster, args: z.infer<A>, work: Work): Promise<R>;
  render(result: R, seen: Seen, args: z.infer<A>): View;
}

/** Who asks the bot itself, from where, and what stands below the line. */
export interface Asker {
  actor: Actor;
  channel: string | null;
  document: string | null;
}

/** A command that the bot answers itself. */
export interface BotCommand<A extends ArgsSchema = ArgsSchema> extends Declared<A> {
  on: "bot";
  run(desk: Desk, args: z.infer<A>, who: Asker): Promise<View>;
}

export type Command = WorkerCommand | BotCommand;

/** Declares a worker command; the types of args and result follow from its schemas. */
export function onWorker<A extends ArgsSchema, R>(command: Omit<WorkerCommand<A, R>, "on">): Command {
  return { ...command, on: "worker" } as unknown as Command;
}

/** Declares a command that the bot answers from what it knows itself. */
export function onBot<A extends ArgsSchema>(command: Omit<BotCommand<A>, "on">): Command {
  return { ...command, on: "bot" } as unknown as Command;
}

/** A command that changes something: it says what it would do, and that is what people vote on. */
export interface ChangeCommand<A extends ArgsSchema> extends Omit<Declared<A>, "risk"> {
  /** Deadline of planning in ms. */
  timeout: number;
  phases: readonly string[];
  /** What is to be done, compared with what is stored. */
  plan(cluster: Cluster, args: z.infer<A>, work: Work): Promise<Planned>;
  /** The card that people decide by. */
  render(planned: Planned, seen: Seen, args: z.infer<A>): View;
}

/** Arguments that every change takes. */
const common = {
  "dry-run": z.boolean().default(false).meta({ description: "only say what would happen" }),
  emergency: z
    .string()
    .min(3)
    .max(500)
    .optional()
    .meta({ placeholder: "REASON", description: "without votes, for whoever is on call; reviewed afterwards" }),
};

/** Declares a change. A worker plans it; what it planned is signed, voted on and applied as it is. */
export function onChange<A extends ArgsSchema>({ plan, render, ...declared }: ChangeCommand<A>): Command {
  const command: Omit<WorkerCommand<A, Proposed>, "on"> = {
    ...declared,
    risk: "change",
    args: declared.args.extend(common) as unknown as A,
    result: Proposed,
    run: async (cluster, args, work) => ({ planned: await plan(cluster, args, work), plan: null }),
    render: ({ planned }, seen, args) => render(planned, seen, args),
  };
  return onWorker(command);
}

/** Whether a line only asks what a change would do. */
export const isDryRun = (command: Pick<Declared, "risk">, args: Record<string, unknown>): boolean =>
  command.risk === "change" && args["dry-run"] === true;

#!/usr/bin/env node
import { resolve } from "node:path";
import { Command } from "commander";
import { version } from "./config/version.js";
import { FailureError, fail, hintOf } from "./contract/failure.js";

/** The command line. Each subcommand loads only its own root, so `run` does not wait for Slack's libraries. */
const program = new Command("calico-chatops")
  .description("chat-ops bot for OpenStack clouds networked by Project Calico")
  .version(version)
  .option("-c, --config <file>", "configuration", "/etc/calico-chatops/config.yaml")
  .showHelpAfterError("(see --help; what you would type after /calico goes behind `run`)")
  .showSuggestionAfterError();

/** A service that has come to its end ends: no connection that is still being tried again holds it. */
async function served(service: Promise<void>): Promise<never> {
  await service;
  process.exit(0);
}

/** Said by `all` when it starts. */
const unseparated =
  "WARNING: bot and worker run in one process, so their keys are not separated: whoever takes it over holds the Slack tokens and the cluster's credentials. Not for production";

const file = (): string => resolve(program.opts<{ config: string }>().config);

program
  .command("bot")
  .description("serve Slack: takes commands, queues them, posts the answers")
  .action(async () => served((await import("./bot.js")).serveBot(file())));

program
  .command("worker")
  .description("run commands inside a cluster's network")
  .option("--cluster <name>", "which cluster, when the config holds several workers")
  .action(async (options: { cluster?: string }) =>
    served((await import("../workers/main.js")).serveWorker(file(), options.cluster ?? null)),
  );

program
  .command("run")
  .description("run one line as Slack would, and print the answer")
  .argument("[line...]", "the words after /calico; none = the status of every cluster")
  .option("--json", "print the answer as JSON")
  .option("--file <file>", "what belongs below the line (YAML); - = standard input")
  // Flags of the line (--cluster NAME) are not ours to know.
  .allowUnknownOption()
  .addHelpText(
    "after",
    '\nExamples:\n  calico-chatops run status --cluster eu1\n  calico-chatops run "bgp compute1" --json\n  calico-chatops run help\n',
  )
  .addHelpText(
    "after",
    "Exit code: 0 answered and not red, 1 red, unknown or no answer, 2 the line was refused (mistyped, not allowed, not found).",
  )
  .action(async (words: string[], { json = false, ...options }: { json?: boolean; file?: string }) => {
    process.exitCode = await (await import("./terminal.js")).runLine(file(), words, { json, ...options });
  });

program
  .command("check-config")
  .description("check the configuration, secrets included, and print what was understood")
  .action(async () => {
    process.exitCode = await (await import("./terminal.js")).checkConfig(file());
  });

program
  .command("doctor")
  .description("look at everything this machine's configuration needs, and name the fix for what is red; exit code 0 or 1")
  .option("--json", "print the checks as JSON")
  .action(async (options: { json?: boolean }) => {
    process.exitCode = await (await import("./checkup.js")).doctor(file(), { json: options.json ?? false });
  });

program
  .command("manifest")
  .description("print the Slack app's manifest (YAML) for this configuration's slash command")
  .action(async () => (await import("./terminal.js")).printManifest(file()));

const local = program
  .command("local")
  .description("on a worker's machine, without Redis and Slack: what it has changed and may still put back");
type Local = { cluster?: string; json?: boolean };
const here = (name: string, description: string): Command =>
  local
    .command(name)
    .description(description)
    .option("--cluster <name>", "which cluster, when the config holds several workers")
    .option("--json", "print JSON");
here("status", "list the changes that are neither kept nor put back").action(async ({ cluster = "", json = false }: Local) => {
  process.exitCode = await (await import("./local.js")).localStatus(file(), { cluster: cluster || null, json });
});
here("revert", "put a change back now; exit code 0 when it is")
  .argument("<id>", "of the change: c-…")
  .action(async (id: string, { cluster = "", json = false }: Local) => {
    process.exitCode = await (await import("./local.js")).localRevert(file(), id, { cluster: cluster || null, json });
  });

program
  .command("all")
  .description("bot and worker in one process, for a trial: their keys are then not separated")
  .option("--cluster <name>", "which cluster's worker, when the config holds several")
  .action(async (options: { cluster?: string }) => {
    const [{ serveBot }, { serveWorker }] = await Promise.all([import("./bot.js"), import("../workers/main.js")]);
    process.stderr.write(`${unseparated}\n`);
    await served(Promise.all([serveBot(file()), serveWorker(file(), options.cluster ?? null)]).then(() => {}));
  });

program
  .command("commands")
  .description("list what can be asked")
  .option("--json", "print it as JSON")
  .action(async (options: { json?: boolean }) => (await import("./terminal.js")).listCommands(options.json ?? false));

const keys = program.command("keys").description("make the keys that bots and workers sign with");
keys
  .command("make <name>")
  .description("write NAME.key (private) and NAME.pub into a folder; never overwrites")
  .option("--dir <folder>", "where to", ".")
  .action(async (name: string, options: { dir: string }) => {
    process.exitCode = await (await import("./terminal.js")).makeKeys(resolve(options.dir), name);
  });
keys
  .command("acl")
  .description("print the Redis ACL lines for the clusters of the config")
  .action(async () => {
    process.exitCode = await (await import("./terminal.js")).printAcl(file());
  });

program
  .command("check <path...>")
  .description("check documents before they are applied, without a cluster: each fault with its line, column and what to write")
  .option("--json", "print JSON lines")
  .action(async (paths: string[], options: { json?: boolean }) => {
    process.exitCode = await (await import("./drafting.js")).checkDocuments(paths, options);
  });

const policy = program.command("policy").description("judge policies in a snapshot of a cluster, without a connection to it");
const snapshot = (name: string, description: string): Command =>
  policy
    .command(name)
    .description(description)
    .option("--resources <path>", "file or folder of YAML or JSON documents, as a user applies them")
    .option("--raw <file>", "JSON array of {key, value}, as they lie in etcd")
    .option("--json", "print JSON lines");
type Snapshot = { resources?: string; raw?: string; json?: boolean };

snapshot(
  "why",
  "say whether SRC may connect to DST, who may, or of each flow of a file, and what decides; exit code 0 allowed, 1 dropped or uncertain",
)
  .argument("[words...]", "SRC DST [PORT]: names, ids, addresses, CIDR, `internet`; `any` for SRC: who may reach DST; 5432, udp/53, icmp")
  .option("--flows <file>", "array of {src, dst, protocol, srcPort, dstPort}; exit code 1 when one is uncertain")
  .action(async (words: string[], options: Snapshot & { flows?: string }) => {
    const { whyAsked, whyFlows } = await import("./offline.js");
    const { flows } = options;
    if (flows !== undefined && words.length > 0) throw fail("usage", "SRC DST and --flows are two questions", { hint: "give one of them" });
    process.exitCode = flows === undefined ? await whyAsked(options, words, options) : await whyFlows(options, flows, options);
  });
snapshot("test", "hold flows with expected verdicts (`allowed`) against the snapshot")
  .requiredOption("--flows <file>", "array of {src, dst, protocol, srcPort, dstPort, allowed}")
  .action(async (options: Snapshot & { flows: string }) => {
    process.exitCode = await (await import("./offline.js")).testFlows(options, options.flows, options);
  });
snapshot("lint", "say what is wrong with the policies")
  .argument("[name]", "only about this policy")
  .action(async (name: string | undefined, options: Snapshot) => {
    process.exitCode = await (await import("./offline.js")).lintPolicies(options, name, options);
  });

type Diff = { before?: string; after?: string; rawBefore?: string; rawAfter?: string; json?: boolean; csv?: string; picture?: string };
policy
  .command("diff")
  .description("say which connections one snapshot allows or drops that another does not; exit code 0 none, 1 some, 2 could not look")
  .option("--before <path>", "file or folder of documents before the change")
  .option("--after <path>", "the same after it")
  .option("--raw-before <file>", "JSON array of {key, value}, as they lie in etcd, before the change")
  .option("--raw-after <file>", "the same after it")
  .option("--json", "print JSON lines")
  .option("--csv <file>", "write a table for spreadsheets too")
  .option("--picture <file>", "draw who gains and loses whom, as .png or .svg")
  .action(async ({ before, after, rawBefore, rawAfter, ...options }: Diff) => {
    const sources = (resources?: string, raw?: string) => ({ ...(resources && { resources }), ...(raw && { raw }) });
    process.exitCode = await (await import("./offline.js")).diffPolicies(sources(before, rawBefore), sources(after, rawAfter), options);
  });

program
  .command("selector")
  .description("answer lines of {selector, labels} on standard input: valid, canonical form, matches")
  .option("--json", "print JSON lines, which is the only form")
  .action(async () => {
    process.exitCode = await (await import("./offline.js")).answerSelectors();
  });

for (const one of [policy, ...policy.commands, ...program.commands.filter((command) => command.name() === "selector")])
  one.exitOverride((error) => {
    process.exit(error.exitCode === 0 ? 0 : 2);
  });

const audit = program.command("audit").description("the record of every request, answer and cancel (on the bots' host)");
audit
  .command("verify")
  .description("look whether every entry is there, unchanged, in order and signed; exit code 0 whole, 1 not, 2 could not look")
  .option("--head <hash>", "a head that you know from a log or from `audit heads` on a worker; it must be in the record")
  .option("--file <file>", "look through an exported or archived file instead of Redis")
  .action(async (options: { head?: string; file?: string }) => {
    process.exitCode = await (await import("./auditor.js")).verifyAudit(file(), options);
  });
audit
  .command("export")
  .description("print the record, a JSON line an entry; exit code 0, or 2 when it could not be read")
  .option("--since <time>", "24h, 7d, or a date: 2026-01-31 or 2026-01-31T03:00:00Z")
  .action(async (options: { since?: string }) => {
    process.exitCode = await (await import("./auditor.js")).exportAudit(file(), options.since ?? null);
  });
audit
  .command("heads")
  .description("print where the record ended as this machine's state folder knows it")
  .action(async () => {
    process.exitCode = await (await import("./auditor.js")).listHeads(file());
  });

program.parseAsync().catch((error: unknown) => {
  if (error instanceof FailureError) process.stderr.write(`${error.failure.message} (${hintOf(error.failure)})\n`);
  else process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  // At once: a connection that was being tried again would hold the shell for seconds.
  process.exit(error instanceof FailureError && error.failure.code === "usage" ? 2 : 1);
});

import { readFile, writeFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { z } from "zod";
import { documentsIn } from "./calico/documents.js";
import { changesCsv } from "./calico/effect/csv.js";
import { effectBetween, prepared } from "./calico/effect/effect.js";
import { type Change, changeLines, changesOf, endpointChanges } from "./calico/effect/report.js";
import { warningsOf } from "./calico/effect/warnings.js";
import { selectorLine } from "./calico/selector/line.js";
import { atOnce } from "./calico/steps.js";
import { Flow } from "./calico/verdict/ask.js";
import { applied, stored } from "./calico/verdict/item.js";
import { type FlowLine, flowLine } from "./calico/verdict/line.js";
import { type Model, modelOf } from "./calico/verdict/model.js";
import { add, emptyParts, type Parts } from "./calico/verdict/parts.js";
import { FailureError, fail } from "./contract/failure.js";
import { nearest } from "./contract/nearest.js";
import type { View } from "./contract/view.js";
import { Ground } from "./diagnosis/evaluate/ground.js";
import { noGroups } from "./diagnosis/policies/find-policy.js";
import { narrowed } from "./diagnosis/policies/lint-answer.js";
import { lintSnapshot } from "./diagnosis/policies/snapshot.js";
import { changesPicture } from "./diagnosis/preview/changes-picture.js";
import { isAnybody, reachSteps } from "./diagnosis/verdict/reach.js";
import { reachCard } from "./diagnosis/verdict/reach-card.js";
import { askedService, compiledSteps, whyOf } from "./diagnosis/verdict/why.js";
import { whyCard } from "./diagnosis/verdict/why-card.js";
import { filesIn } from "./files.js";
import { pngOf } from "./picture/png.js";
import { svgOf } from "./picture/svg.js";
import { renderText } from "./text/render.js";

/** Where a snapshot of a cluster lies. */
export interface Sources {
  /** A file or a folder of YAML or JSON documents, as a user applies them. */
  resources?: string;
  /** JSON array of `{key, value}`, as they lie in etcd. */
  raw?: string;
}

export interface Printing {
  json?: boolean;
}

/** Answers for each flow of a file; exit 1 when one is uncertain or the snapshot has faults. */
export async function whyFlows(sources: Sources, flows: string, { json = false }: Printing): Promise<number> {
  const model = await modelIn(sources);
  const lines = judged(model, await flowsIn(flows));
  for (const line of lines) print(json ? JSON.stringify(line) : sentence(line));
  complain(model);
  return model.troubles.length > 0 || lines.some(({ uncertain }) => uncertain) ? 1 : 0;
}

/** Answers about two ends, or who may reach one, in the words of the chat; exit 0 allowed, 1 dropped or uncertain, 2 when an end cannot be told. */
export async function whyAsked(sources: Sources, words: readonly string[], { json = false }: Printing): Promise<number> {
  const parts = await partsIn(sources);
  const [from = "", to = "", port, ...more] = words;
  if (more.length > 0)
    throw fail("usage", `\`${more[0]?.slice(0, 60)}\` is one word too many`, { hint: "type `policy why SRC DST [PORT]`" });
  if (to === "") throw fail("usage", "DST is missing", { hint: "type `policy why SRC DST [PORT]`, or give --flows FILE" });
  const asked = askedService(port ?? "icmp");
  const [ground, asking] = [new Ground(parts, 0, 0), { cluster: "snapshot", hosts: [], near: nearest }];
  if (isAnybody(from)) {
    const reach = await asUsage(async () => atOnce(reachSteps(ground, asking, { to, port: port ?? null })));
    print(json ? JSON.stringify(reach) : cardText(reachCard(reach)));
    return reach.reaching !== null && reach.rows.every(({ certain }) => certain) ? 0 : 1;
  }
  const answer = await asUsage(async () => whyOf(atOnce(compiledSteps(ground, asking)), { from, to, asked }));
  print(json ? JSON.stringify(answer) : cardText(whyCard(answer)));
  return answer.allowed && answer.doubts.length === 0 && (answer.parts?.whole ?? true) ? 0 : 1;
}

/** A name that means nothing in the snapshot, or several things, is a mistake of the line. */
async function asUsage<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof FailureError) || !["not_found", "ambiguous"].includes(error.failure.code)) throw error;
    throw fail("usage", error.failure.message, { hint: error.failure.hint });
  }
}

/** A card of the chat on a terminal; a snapshot has no time and no revision. */
function cardText(card: View): string {
  const footer = card.footer.map((line) => line.replace(/^as of [^;]*(; )?/, "")).filter((line) => line !== "");
  return renderText({ ...card, footer }, { color: false, width: process.stdout.columns || 120 }).trimEnd();
}

/** Holds the verdicts that a file expects (`allowed` of each flow) against those that there are; exit 1 when one differs or is uncertain. */
export async function testFlows(sources: Sources, flows: string, { json = false }: Printing): Promise<number> {
  const model = await modelIn(sources);
  const expected = await flowsIn(flows);
  const without = expected.findIndex(({ allowed }) => allowed === undefined);
  if (without >= 0)
    throw fail("usage", `flow ${without} of ${flows} does not say what is expected`, { hint: "add `allowed: true` or `false`" });
  const results = judged(model, expected).map((line, i) => {
    const wanted = expected[i]?.allowed;
    return { ...line, expected: wanted, passed: line.allowed === wanted && !line.uncertain };
  });
  for (const line of results) print(json ? JSON.stringify(line) : `${line.passed ? "pass" : "FAIL"} ${sentence(line)}`);
  complain(model);
  return results.every(({ passed }) => passed) ? 0 : 1;
}

/** What is wrong with the policies, worst first; exit 1 when anything is. */
export async function lintPolicies(sources: Sources, name: string | undefined, { json = false }: Printing): Promise<number> {
  const model = await modelIn(sources);
  const linted = await lintSnapshot(model);
  const { findings, notes } =
    name === undefined ? linted : await asUsage(async () => narrowed(model, linted, { name, groups: noGroups, near: nearest }));
  for (const one of [...findings, ...notes.map((note) => ({ light: "info", ...note }))])
    print(json ? JSON.stringify(one) : [`${one.light}: ${one.text}`, ...one.detail.map((line) => `  ${line}`)].join("\n"));
  return findings.length > 0 ? 1 : 0;
}

/** What another snapshot allows or drops that the first one does not, the riskiest first; exit 1 when anything. */
export async function diffPolicies(
  before: Sources,
  after: Sources,
  { json = false, csv, picture }: Printing & { csv?: string; picture?: string },
): Promise<number> {
  const [was, is] = [await modelIn(before), await modelIn(after)];
  const effect = effectBetween(prepared(was), is);
  const changes = changesOf(effect);
  for (const change of changes) print(json ? JSON.stringify(change) : changeLines(change).join("\n"));
  for (const text of warningsOf(effect)) print(json ? JSON.stringify({ kind: "warning", text }) : `! ${text}`);
  const other = endpointChanges(effect.parties);
  for (const line of other) print(json ? JSON.stringify(line) : `${line.kind === "appeared" ? "+" : "-"} endpoint ${line.endpoint}`);
  if (changes.length + other.length === 0 && !json) print("no connection is gained or lost");
  if (csv !== undefined) await writeFile(csv, changesCsv(changes));
  if (picture !== undefined) await draw(changes, picture);
  for (const model of [was, is]) complain(model);
  return changes.length + other.length > 0 ? 1 : 0;
}

/** As PNG or SVG, by the file's name; what nobody could read is not drawn, and that is said. */
async function draw(changes: readonly Change[], file: string): Promise<void> {
  if (!/\.(png|svg)$/i.test(file)) throw fail("usage", `${file} is neither .png nor .svg`, { hint: "name the file accordingly" });
  const drawn = changesPicture("what changes", changes);
  if (drawn === null)
    process.stderr.write(`${file} is not drawn: ${changes.length === 0 ? "nothing changes" : "too many groups for a picture"}\n`);
  else await writeFile(file, file.toLowerCase().endsWith(".svg") ? svgOf(drawn) : await pngOf(drawn));
}

/** Answers lines of JSON from standard input; exit 1 when a selector is invalid, 2 when a line is no question. */
export async function answerSelectors(): Promise<number> {
  let exit = 0;
  for await (const line of createInterface({ input: process.stdin })) {
    if (line.trim() === "") continue;
    const answer = selectorLine(line);
    if (answer === null) throw fail("usage", "a line is no question", { hint: 'write {"selector": "…", "labels": [{…}]} on each line' });
    if (!answer.valid) exit = 1;
    print(JSON.stringify(answer));
  }
  return exit;
}

const print = (line: string): void => void process.stdout.write(`${line}\n`);

function complain({ troubles }: Model): void {
  for (const { text } of troubles) process.stderr.write(`${text}\n`);
}

function sentence({ src, dst, protocol, dstPort, allowed, egress, reasons, trace }: FlowLine): string {
  const asked = `${protocol}${dstPort === undefined ? "" : `/${dstPort}`} from ${src} to ${dst}`;
  const last = (allowed ? trace : egress?.verdict === "deny" ? egress.trace : trace).at(-1);
  const by = last === undefined ? "" : `: ${last.kind} ${last.name}${last.rule < 0 ? "" : ` rule ${last.rule}`} ${last.action}`;
  return `${allowed ? "ALLOWED" : "DROPPED"} ${asked}${by}${reasons.length > 0 ? ` (uncertain: ${reasons.join("; ")})` : ""}`;
}

function judged(model: Model, flows: readonly Flow[]): FlowLine[] {
  return flows.map((flow, i) => {
    const line = flowLine(model, flow);
    if (typeof line === "string") throw fail("usage", `flow ${i}: ${line}`, { hint: "give src and dst as addresses" });
    return line;
  });
}

async function flowsIn(path: string): Promise<Flow[]> {
  const parsed = z.array(Flow).safeParse(await documents(path));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw fail("usage", `${path}: ${issue?.path.map(String).join(".")}: ${issue?.message.toLowerCase()}`, {
    hint: "an array of {src, dst, protocol, dstPort}",
  });
}

const modelIn = async (sources: Sources): Promise<Model> => modelOf(await partsIn(sources));

async function partsIn({ resources, raw }: Sources): Promise<Parts> {
  if (resources === undefined && raw === undefined) throw fail("usage", "no snapshot", { hint: "give --resources PATH or --raw FILE" });
  const parts = emptyParts();
  for (const file of resources === undefined ? [] : await filesIn(resources))
    for (const document of await documents(file)) add(parts, applied(document));
  if (raw !== undefined) await addRaw(parts, raw);
  return parts;
}

const KeyValues = z.array(z.object({ key: z.string(), value: z.unknown() }));

async function addRaw(parts: Parts, path: string): Promise<void> {
  const parsed = KeyValues.safeParse(await documents(path));
  if (!parsed.success) throw fail("usage", `${path} is no array of {key, value}`, { hint: "dump the keyspace as JSON" });
  for (const { key, value } of parsed.data) {
    const taken = stored(key, typeof value === "string" ? value : JSON.stringify(value ?? null));
    if (taken) add(parts, taken);
  }
}

async function documents(path: string): Promise<unknown[]> {
  try {
    return documentsIn(await readFile(path, "utf8"));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw fail("usage", `${path} cannot be read: ${why}`, { hint: "mend the document", cause: error });
  }
}

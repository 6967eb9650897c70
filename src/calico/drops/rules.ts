import { z } from "zod";

/** A rule that felix has made and that drops packets for a policy's sake. */
export interface DropRule {
  /** felix' own id of it; another one after it was made anew, with a counter from 0. */
  id: string;
  chain: string;
  /** Whose drop it is: `GlobalNetworkPolicy deny-smtp egress`, `end of tier default to tap2567a5ec-97`. */
  who: string;
  packets: number;
}

/** A rule of any kind, as its text tells. */
interface Rule {
  chain: string;
  comments: string[];
  packets: number;
  drops: boolean;
}

/** The dropping rules in what `iptables-save -c` prints, of either back end. */
export function dropsInSave(text: string): DropRule[] {
  return named(text.split("\n").flatMap(ruleInLine));
}

function ruleInLine(line: string): Rule[] {
  const match = /^\[(\d+):\d+\] -A (cali-\S+) (.*)$/.exec(line);
  if (match === null) return [];
  const [, packets, chain = "", rest = ""] = match;
  const comments = [...rest.matchAll(/--comment (?:"([^"]*)"|(\S+))/g)].map(([, quoted, bare]) => quoted ?? bare ?? "");
  return [{ chain, comments, packets: Number(packets), drops: / ?-j DROP$/.test(rest) }];
}

const Nft = z.object({
  nftables: z.array(
    z.looseObject({
      rule: z.object({ chain: z.string(), comment: z.string().default(""), expr: z.array(z.record(z.string(), z.unknown())) }).optional(),
    }),
  ),
});
const Counter = z.object({ packets: z.number() });

/** The same in what `nft -j list table ip calico` prints. Throws when that is something else. */
export function dropsInNft(text: string): DropRule[] {
  const { nftables } = Nft.parse(JSON.parse(text));
  return named(
    nftables.flatMap(({ rule }): Rule[] => {
      if (rule === undefined) return [];
      const counter = Counter.safeParse(rule.expr.find((one) => "counter" in one)?.["counter"]);
      const comments = rule.comment.split(/; ?/).filter((one) => one !== "");
      const drops = rule.expr.some((one) => "drop" in one);
      return [{ chain: rule.chain.replace(/^filter-/, ""), comments, packets: counter.data?.packets ?? 0, drops }];
    }),
  );
}

/** Dropping rules with whose they are: a policy's chain is named by the comment of its first rule. */
function named(rules: readonly Rule[]): DropRule[] {
  const policies = new Map<string, string>();
  for (const { chain, comments } of rules) {
    const name = comments.find((one) => /Policy \S+ (in|e)gress$/.test(one));
    if (name !== undefined && !policies.has(chain)) policies.set(chain, name);
  }
  return rules.flatMap((rule) => {
    const id = rule.comments.find((one) => one.startsWith("cali:"));
    const who = whose(rule, policies);
    return rule.drops && id !== undefined && who !== null ? [{ id, chain: rule.chain, who, packets: rule.packets }] : [];
  });
}

/** Null = no policy's: what is malformed, spoofed or belongs to nobody is dropped under any policy. */
function whose({ chain, comments }: Rule, policies: ReadonlyMap<string, string>): string | null {
  if (/^cali-p[io]-/.test(chain)) return policies.get(chain) ?? null;
  const [, way, tap] = /^cali-([tf])w-(.+)$/.exec(chain) ?? [];
  if (way === undefined) return null;
  const where = `${way === "t" ? "to" : "from"} ${tap}`;
  const tier = comments.map((one) => /^End of tier (.+?)\. Drop/.exec(one)?.[1]).find((one) => one !== undefined);
  if (tier !== undefined) return `end of tier ${tier} ${where}`;
  return comments.some((one) => one.startsWith("Drop if no profiles matched")) ? `no profile ${where}` : null;
}

import { describe, expect, test } from "@jest/globals";
import { compareDrops } from "../../../src/calico/drops/compare.js";
import { dropsInNft, dropsInSave } from "../../../src/calico/drops/rules.js";
import { golden, type Recorded } from "../../support/golden.js";

const tap = "tap2567a5ec-97";
const records = (file: string): Recorded[] => golden(`felix/dataplane-${file}.json`);
const noted = (file: string, note: RegExp, argv: RegExp): Recorded => {
  const found = records(file).find((one) => note.test(one.note ?? "") && argv.test(one.argv.join(" ")));
  if (found === undefined) throw new Error(`${file} has nothing noted as ${note}`);
  return found;
};

describe("the dropping rules of a real felix", () => {
  const wanted = [
    `end of tier default from ${tap}`,
    "end of tier default from tap2e6178c9-d7",
    `end of tier default to ${tap}`,
    "end of tier default to tap2e6178c9-d7",
    `no profile from ${tap}`,
    "no profile from tap2e6178c9-d7",
    `no profile to ${tap}`,
    "no profile to tap2e6178c9-d7",
  ];
  test.each([
    ["iptables legacy", () => dropsInSave(noted("iptables-legacy", /all tables/, /save/).stdout), 2],
    ["iptables nft", () => dropsInSave(noted("iptables-nft", /iptablesBackend NFT/, /save/).stdout), 1],
  ])("are the same in the form %s, with their counters", (_, read, packets) => {
    const rules = read();

    expect(rules.map(({ who }) => who).toSorted()).toEqual(wanted);
    expect(rules.find(({ who }) => who === `end of tier default to ${tap}`)).toMatchObject({ packets, chain: `cali-tw-${tap}` });
  });

  test("are the same in nftables, whose ruleset has both families", () => {
    const rules = dropsInNft(noted("nftables", /2 VMs/, /nft -j/).stdout);

    expect([...new Set(rules.map(({ who }) => who))].toSorted()).toEqual(wanted);
    expect(rules.filter(({ packets }) => packets > 0)).toEqual([
      expect.objectContaining({ who: `end of tier default to ${tap}`, packets: 1 }),
    ]);
  });

  test("are none where felix has none, or where one may not look", () => {
    expect(dropsInSave(noted("iptables-nft", /at the same time/, /legacy/).stdout)).toEqual([]);
    expect(dropsInSave("")).toEqual([]);
    expect(() => dropsInNft("Operation not permitted (you must be root)")).toThrow();
  });

  test("of a policy are named after it, also where the chain's name is a hash", () => {
    const lines = [
      '[5:300] -A cali-pi-_RjMh69PfC917IFWRJQj -p tcp -m comment --comment "cali:a" -m comment --comment "GlobalNetworkPolicy deny-to-80 ingress" -j MARK --set-xmark 0x40000/0x40000',
      '[5:300] -A cali-pi-_RjMh69PfC917IFWRJQj -m comment --comment "cali:b" -m mark --mark 0x40000/0x40000 -j DROP',
    ];
    expect(dropsInSave(lines.join("\n"))).toEqual([
      { id: "cali:b", chain: "cali-pi-_RjMh69PfC917IFWRJQj", who: "GlobalNetworkPolicy deny-to-80 ingress", packets: 5 },
    ]);
  });
});

describe("two samples", () => {
  const chain = (note: RegExp) => ({
    at: 0,
    rules: dropsInNft(noted("nftables", note, /nft -j list chain/).stdout),
  });
  const saved = (note: RegExp) => ({ at: 0, rules: dropsInSave(noted("iptables-legacy", note, /grep/).stdout) });

  test.each([
    ["iptables", saved, /^before$/, /5 accepted/, /5 more that were dropped/],
    ["nftables", chain, /^before$/, /5 accepted/, /5 more dropped/],
  ])("count what was dropped between them and nothing that was accepted: %s", (_, read, before, accepted, dropped) => {
    expect(compareDrops(read(before), { ...read(accepted), at: 5000 })).toEqual({ rate: 0, by: [], reset: 0 });
    expect(compareDrops(read(accepted), { ...read(dropped), at: 5000 })).toEqual({
      rate: 1,
      by: [{ who: `end of tier default to ${tap}`, packets: 5 }],
      reset: 0,
    });
  });

  test("say nothing of a chain that was made anew between them, and still count the others", () => {
    const rule = (chainName: string, id: string, packets: number) => ({ chain: chainName, id, who: chainName, packets });
    const before = { at: 0, rules: [rule("cali-tw-a", "1", 10), rule("cali-pi-x", "2", 4), rule("cali-tw-b", "5", 7)] };
    const after = { at: 2000, rules: [rule("cali-tw-a", "3", 9), rule("cali-pi-x", "2", 8), rule("cali-tw-b", "5", 3)] };

    expect(compareDrops(before, after)).toEqual({ rate: 2, by: [{ who: "cali-pi-x", packets: 4 }], reset: 2 });
  });
});

import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type FailureCode, failures } from "../../src/contract/failure.js";
import type { View } from "../../src/contract/view.js";
import { bgpAnswer } from "../../src/diagnosis/bgp.js";
import { bgpCard } from "../../src/diagnosis/bgp-card.js";
import { statusCard } from "../../src/diagnosis/status-card.js";
import { summarise } from "../../src/diagnosis/summary.js";
import { countsOnly } from "../../src/dispatch/counts.js";
import { failureView } from "../../src/dispatch/failure-view.js";
import { plainWords } from "../../src/dispatch/plain-words.js";
import { toMessage } from "../../src/slack/blocks/message.js";
import { renderText } from "../../src/text/render.js";
import { type Broken, cloud } from "../support/racks.js";

const ways: Broken[] = ["none", "rack", "one ToR", "both ToRs", "felix of a rack", "BIRD here and there"];
const seen = (card: View): string => {
  const asText = (one: View): string => renderText(one, { color: false, width: 120 });
  const { text, blocks, file } = toMessage(card, { command: "/calico", asText });
  return JSON.stringify([card, text, blocks, file, asText(card)]);
};
const known = { secret: ["rr1", "control", "10.0.0.1"], open: ["eu1", "eu-2"] };

describe("a channel that sees numbers", () => {
  test("learns how big it is and since when, and no name of a host or rack", () => {
    const said = ways.map((broken) => countsOnly(statusCard(summarise(cloud(broken))), { secret: [], open: ["eu1"] }).verdict.text);

    expect(said).toEqual([
      "eu1 GREEN: 330 hosts, BGP 600/600, felix 300/300, etcd 1/1, no alarm, agents 300/300",
      "eu1 RED: rack … cut off: 20 hosts / 1,400 VMs do not answer SSH, since 02:51 UTC",
      "eu1 RED: 20 of 20 sessions to … down; every host has another, since 02:51 UTC",
      "eu1 RED: rack … isolated: 40 of 40 sessions to … down, 20 hosts / 1,400 VMs without another, since 02:51 UTC",
      "eu1 RED: rack …: 20 hosts / 1,400 VMs have a silent felix (its key has expired), since 02:51 UTC",
      expect.stringMatching(/^eu1 RED: .*hosts.*BIRD/),
    ]);
  });

  test.each(ways)("sees no host, address or rack of the inventory when this is broken: %s", (broken) => {
    const facts = cloud(broken);
    const names = facts.hosts.flatMap(({ name, address, rack }) => [name, address, rack ?? name]);
    for (const card of [statusCard(summarise(facts)), bgpCard(bgpAnswer(facts, { node: null, peer: null }, null))]) {
      // The configuration of the bot does not even know them.
      const shown = seen(countsOnly(card, { secret: [], open: ["eu1"] }));
      expect(names.filter((name) => new RegExp(`(?<![\\w-])${name}(?![\\w-])`).test(shown))).toEqual([]);
    }
  });

  test("reads every failure's own words, and not what they are about", () => {
    for (const code of Object.keys(failures) as FailureCode[]) {
      const { title } = failures[code];
      const card = countsOnly(failureView({ code, message: "acme-web-7 of tenant acme", hint: "ask `acme`" }, "vm acme-web-7"), known);
      expect(card.verdict.text).toContain(title);
      expect(card.failure).toBe(code);
      expect(seen(card)).not.toContain("acme");
    }
  });

  const name = fc
    .oneof(
      fc.stringMatching(/^[a-z][a-z0-9]{2,8}(-[a-z0-9]{1,6}){0,3}$/),
      fc.stringMatching(/^[A-Z][a-z]{3,9}_[0-9]{1,3}(\.example)?$/),
      fc.uuid(),
      fc.ipV4(),
      fc.ipV6(),
      fc.constantFrom("rr1", "10.0.0.1", "prod/shop-db", "ossg.default.42", "fa:16:3e:ab:cd:ef", "Łódź", "東京"),
    )
    .filter((one) => one.length > 3 || one === "rr1")
    .filter((one) => !one.split(/[/·→'’-]/).every((part) => plainWords.has(part.toLowerCase())) && !/^\d+$/.test(one));
  const around = fc.constantFrom(["", ""], ["(", ")"], ['"', '"'], ["", ","], ["", "'s"], ["rack ", ":"], ["[", "];"], ["vm ", ""]);
  const filler = fc.constantFrom("3 of 12 hosts", "since 02:51 UTC", "sessions down", "and 4 more", "");
  const text = (secret: string): fc.Arbitrary<string> =>
    fc.tuple(filler, around, filler).map(([before, [open, close], after]) => `${before} ${open}${secret}${close} ${after}`.trim());

  test("sees no name of whatever inventory, wherever an answer has put it", () => {
    const answers = name.chain((secret) => fc.tuple(fc.constant(secret), fc.array(text(secret), { minLength: 12, maxLength: 12 })));
    fc.assert(
      fc.property(answers, ([secret, [a, b, c, d, e, f, g, h, i, j, k, l]]) => {
        const full: View = {
          verdict: { light: "bad", text: a ?? "", detail: b ?? "" },
          sections: [
            { kind: "lines", title: c ?? "", lines: [{ text: d ?? "", detail: [e ?? ""] }] },
            { kind: "facts", title: f ?? "", facts: [{ label: g ?? "", value: secret }] },
            { kind: "table", title: h ?? "", columns: [{ title: secret }], rows: [[secret]] },
            { kind: "code", title: i ?? "", text: secret },
          ],
          footer: [j ?? ""],
          actions: [
            { label: "Refresh", line: k ?? "" },
            { label: l ?? "", line: "status" },
            { label: "Raw", line: `raw ${secret}` },
          ],
          again: `vm ${secret}`,
        };
        expect(seen(countsOnly(full, known)).toLowerCase()).not.toContain(secret.toLowerCase());
      }),
      { numRuns: 400 },
    );
  });

  test("keeps the line and the buttons that name nothing", () => {
    const card = { ...statusCard(summarise(cloud("none"))), again: "status --cluster eu-2" };
    card.actions.push({ label: "Refresh", line: "status --cluster eu-2" }, { label: "Diagnose", line: "diagnose r12" });

    expect(countsOnly(card, known)).toMatchObject({
      again: "status --cluster eu-2",
      actions: [{ label: "Refresh", line: "status --cluster eu-2" }],
    });
  });

  test("does not see a host that is called like a word of the language", () => {
    const card = countsOnly({ ...statusCard(summarise(cloud("none"))), verdict: { light: "bad", text: "control is down" } }, known);

    expect(card.verdict.text).toBe("… is down");
  });
});

import { describe, expect, test } from "@jest/globals";
import { bgpAnswer } from "../../src/diagnosis/bgp.js";
import { bgpCard } from "../../src/diagnosis/bgp-card.js";
import { diagnose } from "../../src/diagnosis/diagnose.js";
import { statusCard } from "../../src/diagnosis/status-card.js";
import { summarise } from "../../src/diagnosis/summary.js";
import { renderText } from "../../src/text/render.js";
import { type Broken, cloud } from "../support/racks.js";

const cardOf = (broken: Broken) => statusCard(summarise(cloud(broken)));

describe("a cloud of 300 hosts in 15 racks", () => {
  test.each<[Broken, string]>([
    ["none", "eu1 GREEN: 330 hosts, BGP 600/600, felix 300/300, etcd 1/1, no alarm, agents 300/300"],
    ["rack", "eu1 RED: rack r12 cut off: 20 hosts / 1,400 VMs do not answer SSH, since 02:51 UTC"],
    ["one ToR", "eu1 RED: 20 of 20 sessions to tor-r12-a down; every host has another, since 02:51 UTC"],
    [
      "both ToRs",
      "eu1 RED: rack r12 isolated: 40 of 40 sessions to tor-r12-a, tor-r12-b down, 20 hosts / 1,400 VMs without another, since 02:51 UTC",
    ],
    ["felix of a rack", "eu1 RED: rack r12: 20 hosts / 1,400 VMs have a silent felix (its key has expired), since 02:51 UTC"],
  ])("broken in one way (%s) is one finding, and the first line says how big it is", (broken, firstLine) => {
    const facts = cloud(broken);

    expect(diagnose(facts)).toHaveLength(broken === "none" ? 0 : 1);
    expect(cardOf(broken).verdict.text).toBe(firstLine);
  });

  test("hosts of many racks are told together, with some of their names", () => {
    expect(cardOf("BIRD here and there").verdict.text).toBe(
      "eu1 RED: 5 hosts / 350 VMs have a BIRD that hangs (takes the question, never answers): compute-1-1, compute-2-1, compute-3-1 and 2 more",
    );
  });

  test("a dead rack says what is fine, explains what hangs on it, and the card stays short", () => {
    const card = cardOf("rack");
    const text = renderText(card, { color: false, width: 160 });

    expect(card.verdict.detail).toBe("Fine: BGP 560/560 · etcd 1/1, no alarm · the other 310 hosts");
    expect(text).toContain("explains: 20 felix keys");
    expect(text).toContain("Could not ask: 20 parts: compute-12-1, ");
    expect(text.split("\n").length).toBeLessThan(45);
  });

  test("bgp of one host of an isolated rack tells the rack's story", () => {
    const card = bgpCard(bgpAnswer(cloud("both ToRs"), { node: "compute-12-7", peer: null }, null));

    expect(card.verdict.text).toContain("compute-12-7: rack r12 isolated: 40 of 40 sessions to tor-r12-a, tor-r12-b down");
    expect(card.sections.find((section) => section.kind === "table")?.rows).toHaveLength(2);
  });

  test("is judged in a fraction of a second, for a worker must answer others meanwhile", () => {
    const facts = cloud("both ToRs");
    summarise(facts);
    const began = performance.now();

    summarise(cloud("rack"));

    expect(performance.now() - began).toBeLessThan(250);
  });
});

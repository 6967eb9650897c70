import { describe, expect, test } from "@jest/globals";
import apply from "../../commands/apply.js";
import { changeCard } from "../../src/command/change-card.js";
import { changeable, document, plannedBy, saidIn, shop } from "../support/planning.js";

const deny = document("GlobalNetworkPolicy", "deny-ssh", {
  order: 5,
  selector: "all()",
  types: ["Ingress"],
  ingress: [{ action: "Deny", protocol: "TCP", destination: { ports: [22] } }],
});
const cluster = changeable(shop);
const shown = (args: Record<string, unknown> = {}, text = deny) => plannedBy(apply, cluster, { args, document: text });

describe("the card of a change", () => {
  test("opens with what it does to traffic and how big that is, then what is written and where that lands", async () => {
    const { card } = await shown();

    expect(card.verdict).toEqual({
      light: "bad",
      text: "lab: cuts tcp/22 from anywhere to 2 VMs of shop; opens nothing; 0 uncertain; 0 blocking",
      detail: "create GlobalNetworkPolicy deny-ssh, order 5 → before all 2 security groups",
    });
    expect(card.picture?.links).toEqual([expect.objectContaining({ change: "lost", text: "tcp/22" })]);
    expect(card.csv).toMatchObject({ name: "changes.csv", text: expect.stringContaining('"lost"') });
  });

  test("says what speaks against it, what stays, that open flows go on, and how it ends", async () => {
    const said = saidIn((await shown()).card);

    expect(said[0]).toBe('GlobalNetworkPolicy "deny-ssh" selects everything, host endpoints too');
    expect(said.join("\n")).toMatch(/\nlifeline 14\/14 .*\nopen flows are NOT cut: only new connections are dropped\n/);
    expect(said.at(-2)).toBe("undo: delete (ready); it is put back 5 min after it is applied unless somebody keeps it");
    expect(said.at(-1)).toBe("high severity: what is said above");
  });

  test("a dry run says that nothing was applied; a plan does not, and holds neither votes nor buttons for them", async () => {
    expect((await shown({ "dry-run": true })).card.footer.at(-1)).toBe("compared with etcd revision 42; nothing was applied");
    const { card } = await shown();
    expect(card.footer.at(-1)).toBe("compared with etcd revision 42");
    expect(card.actions).toEqual([{ label: "Raw", line: "raw job-00000001" }]);
    expect(JSON.stringify(card)).not.toMatch(/Approve|Reject|votes|proposed/i);
  });

  test("where the documents come from is kept and shown", async () => {
    const { card, planned } = await shown({ origin: "net/smtp.yaml@4f2c1ab" });

    expect(planned.origin).toBe("net/smtp.yaml@4f2c1ab");
    expect(card.footer).toContain("from net/smtp.yaml@4f2c1ab");
  });

  test("several objects are listed in the order in which they are done, each with its lines", async () => {
    const { card } = await shown({}, `${deny}---\n${document("Tier", "first", { order: 3 })}`);

    expect(card.verdict.detail).toBe("create Tier first (and 1 object more)");
    expect(saidIn(card).slice(0, 2)).toEqual([
      "create Tier first",
      "create GlobalNetworkPolicy deny-ssh, order 5 → before all 2 security groups",
    ]);
    expect(card.sections.flatMap((section) => (section.kind === "code" ? section.title : []))).toEqual([
      "create Tier first",
      "create GlobalNetworkPolicy deny-ssh",
    ]);
  });

  test("an unknown effect is the first thing that it says", async () => {
    const { planned } = await shown();
    const card = changeCard({ ...planned, effect: null, traffic: null, unknown: "etcd did not answer" }, { job: null }, {});

    expect(card.verdict.text).toBe("lab: effect unknown: etcd did not answer; 0 blocking");
    expect(card.verdict.light).not.toBe("ok");
    expect(card.actions).toEqual([]);
  });

  test("more than five groups of connections are told by the table", async () => {
    const { planned } = await shown();
    const [row] = planned.effect?.rows ?? [];
    if (planned.effect === null || row === undefined) throw new Error("no row");
    const effect = { ...planned.effect, rows: Array.from({ length: 8 }, () => row), count: { gained: 0, lost: 800, uncertain: 0 } };
    const said = saidIn(changeCard({ ...planned, effect }, { job: null }, {}));

    expect(said).toContain("… 795 more, the first 8 of them in the table");
    expect(said.filter((text) => text.startsWith("−"))).toHaveLength(5);
  });
});

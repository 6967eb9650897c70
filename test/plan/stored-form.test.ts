import { expect, test } from "@jest/globals";
import { readDrafts } from "../../src/calico/draft/draft.js";
import { plain, storedForm } from "../../src/plan/stored-form.js";
import { writtenAndRead } from "../support/crud.js";

test("what calicoctl stored is what was predicted, in every recorded case", () => {
  const pairs = writtenAndRead();

  expect(pairs.length).toBeGreaterThanOrEqual(3);
  for (const { document, read } of pairs) {
    const [draft] = readDrafts(document).drafts;
    if (draft === undefined) throw new Error(document);
    expect(storedForm(draft, draft.object)).toEqual(plain(read));
  }
});

test("pools get Calico's defaults, an IPv6 pool its own block size", () => {
  const object = (cidr: string) => ({ kind: "IPPool", metadata: { name: "p" }, spec: { cidr, ipipMode: "Always" } });

  expect(storedForm({ kind: "IPPool", namespace: null }, object("10.10.0.0/16"))["spec"]).toEqual({
    cidr: "10.10.0.0/16",
    ipipMode: "Always",
    vxlanMode: "Never",
    blockSize: 26,
    nodeSelector: "all()",
    allowedUses: ["Workload", "Tunnel"],
    assignmentMode: "Automatic",
  });
  expect(storedForm({ kind: "IPPool", namespace: null }, object("fd00::/64"))["spec"]).toMatchObject({ blockSize: 122 });
});

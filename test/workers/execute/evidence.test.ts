import { expect, test } from "@jest/globals";
import { collector } from "../../../workers/execute/evidence.js";

const entry = { where: "compute1", what: "birdc show protocols", exit: 0, ms: 3, bytes: 10 };

test("evidence is redacted in what ran and in what came", () => {
  const evidence = collector();

  evidence.note({ ...entry, what: "openstack --os-password hunter2secret token issue", output: "X-Auth-Token: abcdef" });

  expect(JSON.stringify(evidence.collected())).not.toMatch(/hunter2secret|abcdef/);
});

test("one output, all outputs and the number of entries are bounded", () => {
  const evidence = collector();

  for (let n = 0; n < 1500; n++) evidence.note({ ...entry, output: "x".repeat(100_000) });

  const kept = evidence.collected();
  expect(kept).toHaveLength(1000);
  expect(kept[0]?.output?.length).toBeLessThan(66_000);
  expect(kept.reduce((sum, one) => sum + (one.output?.length ?? 0), 0)).toBeLessThan(540_000);
  expect(kept[0]).toMatchObject({ where: "compute1", bytes: 10 });
});

test("entries without output stay without", () => {
  const evidence = collector();
  evidence.note(entry);
  expect(evidence.collected()).toEqual([entry]);
});

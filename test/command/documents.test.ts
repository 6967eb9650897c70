import { describe, expect, test } from "@jest/globals";
import { type Drafts, readDrafts } from "../../src/calico/draft/draft.js";
import { readHere } from "../../src/command/document.js";
import { calicoDocument, objectsBelow, objectsIn } from "../../src/command/documents.js";
import { fail } from "../../src/contract/failure.js";

const tier = "apiVersion: projectcalico.org/v3\nkind: Tier\nmetadata: {name: web}\nspec: {order: 5}\n";
const asked: string[] = [];
const reading = (answer: (text: string) => Drafts) => (text: string) => {
  asked.push(text);
  return Promise.resolve(answer(text));
};

describe("the objects below a line", () => {
  test("are read by the reader that the worker gives, or here where there is none", async () => {
    const below = await objectsBelow({ document: tier, readDocument: reading(readDrafts) });
    expect(below).toEqual(objectsIn(tier));
    expect(below.drafts).toMatchObject([{ kind: "Tier", name: "web" }]);
    expect(asked).toEqual([tier]);
    expect(await objectsBelow({ document: tier })).toEqual(below);
  });

  test("are refused with the first fault and its place, both ways", async () => {
    const wrong = tier.replace("order: 5", "order: five");
    const refused = { failure: { code: "usage", message: expect.stringContaining("line 4, column 8: spec.order") } };
    await expect(objectsBelow({ document: wrong, readDocument: reading(readDrafts) })).rejects.toMatchObject(refused);
    expect(() => objectsIn(wrong)).toThrow("usage: line 4, column 8: spec.order");
    await expect(objectsBelow({ document: null })).rejects.toMatchObject({ failure: { code: "usage" } });
  });

  test("that the reader gave up are told with its own failure", async () => {
    const readDocument = () => Promise.reject(fail("invalid_manifest", "the document took longer than 2 s to read"));
    await expect(objectsBelow({ document: tier, readDocument })).rejects.toMatchObject({ failure: { code: "invalid_manifest" } });
  });
});

test("what is wrong is told while its writer still looks at it, by whatever reader", async () => {
  const { check } = calicoDocument("Try a change", true);
  expect(await check(tier, readHere)).toBeNull();
  expect(await check(tier.replace("Tier", "Teir"), readHere)).toContain("did you mean `Tier`?");
});

import { type Failure, failures, hintOf } from "../contract/failure.js";
import { type View, view } from "../contract/view.js";

/** A failure as people see it: what, why, and the next step. `line` = what was asked, for a second try. */
export function failureView(failure: Failure, line: string | null): View {
  const { title, for: mender, retry } = failures[failure.code];
  const card = view(mender === "asker" ? "warn" : "bad", `${title}: ${failure.message}`, hintOf(failure));
  card.failure = failure.code;
  card.actions.push(...(failure.choices ?? []));
  if (failure.code === "usage" || failure.code === "unknown_command") card.actions.push({ label: "Help", line: "help" });
  if (failure.code === "denied") card.actions.push({ label: "Who am I", line: "whoami" });
  if (retry && line !== null) {
    card.actions.push({ label: "Try again", line });
    card.again = line;
  }
  return card;
}

/** Whether the asker alone should see it: his own slip is nobody else's business, a dead worker is everybody's. */
export function isOnlyForAsker(failure: Failure): boolean {
  return failures[failure.code].for === "asker" && failure.code !== "cancelled";
}

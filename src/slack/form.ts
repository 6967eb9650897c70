import type { types } from "@slack/bolt";
import { z } from "zod";
import { cut, oneLine } from "../contract/plain.js";
import type { Form } from "../dispatch/ports.js";
import { limits } from "./blocks/limits.js";
import type { Incoming } from "./incoming.js";

/** Name of the form under which its submission comes back. */
export const formId = "document";
const field = { block: "document", action: "text" } as const;
/** Characters of a text field, by Slack. */
const longest = 3000;

/** What a form must remember: the line it completes and where the answer goes. Slack keeps it, 3,000 characters at most. */
const Kept = z.object({ line: z.string(), channel: z.string(), thread: z.string().nullable(), responseUrl: z.string().nullable() });

/** The view in which a document is written. */
export function formView({ title, label, line }: Form, { place }: Pick<Incoming, "place">): types.ModalView {
  const kept: z.infer<typeof Kept> = { line, channel: place.channel, thread: place.thread, responseUrl: place.responseUrl };
  return {
    type: "modal",
    callback_id: formId,
    private_metadata: JSON.stringify(kept),
    title: { type: "plain_text", text: cut(oneLine(title), limits.viewTitle) },
    submit: { type: "plain_text", text: "Go on" },
    close: { type: "plain_text", text: "Cancel" },
    blocks: [
      {
        type: "input",
        block_id: field.block,
        label: { type: "plain_text", text: label },
        element: { type: "plain_text_input", action_id: field.action, multiline: true, max_length: longest },
        hint: {
          type: "plain_text",
          text: `up to ${longest} characters; more goes into a message: @mention, the line, and a code block below it or a file attached`,
        },
      },
    ],
  };
}

export const FormPayload = z.object({
  team: z.object({ id: z.string() }).nullish(),
  user: z.object({ id: z.string(), username: z.string().optional(), name: z.string().optional(), team_id: z.string().optional() }),
  view: z.object({
    id: z.string(),
    hash: z.string(),
    private_metadata: z.string(),
    state: z.object({ values: z.object({ [field.block]: z.object({ [field.action]: z.object({ value: z.string().nullish() }) }) }) }),
  }),
});

/** A filled-in form as the line that it completes. `id` = of the delivery. Throws where the view is not one of ours. */
export function fromForm(payload: unknown, idOf: (...parts: string[]) => string): Incoming {
  const { team, user, view } = FormPayload.parse(payload);
  const { line, channel, thread, responseUrl } = Kept.parse(JSON.parse(view.private_metadata));
  const name = user.username ?? user.name;
  return {
    id: idOf("form", view.id, view.hash),
    via: "modal",
    text: `${line}\n${view.state.values[field.block][field.action].value ?? ""}`,
    place: { kind: "slack", channel, thread, user: user.id, responseUrl, replaces: null },
    who: { team: user.team_id ?? team?.id ?? null, user: user.id, bot: false, ...(name === undefined ? {} : { name }) },
  };
}

/** What Slack shows below the field. */
export const formErrors = (text: string): { response_action: "errors"; errors: Record<string, string> } => ({
  response_action: "errors",
  errors: { [field.block]: cut(text, 2000) },
});

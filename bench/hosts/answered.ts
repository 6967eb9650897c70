import type { SlackLab } from "../../lab/slack/server.js";
import type { Message } from "../../lab/slack/state.js";

/** The next message of the bot in a channel that is an answer, or has become one. */
export function answered(slack: SlackLab, channel: string, within = 30_000): Promise<Message> {
  const { changed } = slack.state;
  return new Promise((resolve, reject) => {
    const end = (): void => {
      clearTimeout(timer);
      changed.off("change", look);
    };
    const look = (message: Message): void => {
      if (message.channel !== channel || message.metadata?.event_payload["state"] !== "answered") return;
      end();
      resolve(message);
    };
    const timer = setTimeout(() => {
      end();
      reject(new Error(`no answer in ${within / 1000} s`));
    }, within);
    changed.on("change", look);
  });
}

/** What Slack takes in one message; the only place where these numbers stand. Lengths in characters of what is sent, escapes included. */
export const limits = {
  blocks: 50,
  /** Text of all blocks together. Undocumented: refusals were seen from about 11,300 on. */
  characters: 11_000,
  sectionText: 3000,
  fields: 10,
  fieldText: 2000,
  contextText: 2000,
  /** Buttons, menus and the like in one actions block. */
  elements: 25,
  buttonText: 75,
  value: 2000,
  options: 5,
  /** Of the question before a click. */
  confirmTitle: 100,
  confirmText: 300,
  confirmButton: 30,
  /** Of all questions of a message together, our own: the rest of it needs room too. */
  dialogs: 2700,
  optionText: 75,
  optionValue: 75,
  /** With the heading. */
  tableRows: 100,
  tableColumns: 20,
  tableCharacters: 10_000,
  /** The text beside the blocks: notifications, screen readers. */
  fallback: 500,
  viewTitle: 24,
  /** A message that is nothing but text. */
  text: 4000,
} as const;

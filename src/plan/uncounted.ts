const counts = /(\ball )?\b[\d,]+(?= (?:endpoints?|VMs?|VM ports?|security groups?|hosts?|blocks?|addresses|projects?|more)\b)/g;

/** A sentence without its counts, which change from minute to minute as VMs come and go. */
export const uncounted = (text: string): string => text.replace(counts, "N");

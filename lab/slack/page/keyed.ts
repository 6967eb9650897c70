/** One thing in a list: drawn anew only when its stamp changes. */
export interface Item {
  key: string;
  stamp: string;
  draw(): HTMLElement;
}

/**
 * A list that keeps what did not change, so that focus, open files and the reader's place stay when something else does.
 * A reader who looks at the newest entry follows: to its first line, which is the verdict, not to its small print.
 */
export function keyedList(box: HTMLElement): (items: readonly Item[]) => void {
  let kept = new Map<string, { stamp: string; element: HTMLElement }>();
  let following = true;
  box.addEventListener("scroll", () => (following = box.scrollTop >= newest(box) - 40));
  const follow = (): void => void (following && (box.scrollTop = newest(box)));
  new ResizeObserver(follow).observe(box);
  return (items) => {
    kept = new Map(items.map((item) => [item.key, { stamp: item.stamp, element: current(kept.get(item.key), item) }]));
    const elements = [...kept.values()].map(({ element }) => element);
    place(box, elements);
    follow();
  };
}

/** Where the box stands when the newest entry is in sight. */
function newest(box: HTMLElement): number {
  const last = box.lastElementChild as HTMLElement | null;
  return Math.max(0, Math.min(box.scrollHeight - box.clientHeight, (last?.offsetTop ?? 0) - box.offsetTop - 8));
}

function current(old: { stamp: string; element: HTMLElement } | undefined, item: Item): HTMLElement {
  if (old?.stamp === item.stamp) return old.element;
  const drawn = item.draw();
  if (old) exchange(old.element, drawn);
  return drawn;
}

/** The focus moves to the same button of the new element; where it is gone for the moment, it waits at the element itself. */
function exchange(old: HTMLElement, drawn: HTMLElement): void {
  const focused = old.contains(document.activeElement) ? (document.activeElement as HTMLElement) : null;
  old.replaceWith(drawn);
  const wanted = focused?.dataset["action"];
  if (wanted === undefined) return;
  const same = [...drawn.querySelectorAll<HTMLElement>("[data-action]")].find(({ dataset }) => dataset["action"] === wanted);
  drawn.tabIndex = -1;
  if (!same) drawn.dataset["action"] = wanted;
  (same ?? drawn).focus({ preventScroll: true });
}

function place(box: HTMLElement, elements: readonly HTMLElement[]): void {
  elements.forEach((element, i) => {
    if (box.children[i] !== element) box.insertBefore(element, box.children[i] ?? null);
  });
  while (box.children.length > elements.length) box.lastElementChild?.remove();
}

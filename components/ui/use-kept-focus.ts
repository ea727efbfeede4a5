"use client";

import { useEffect } from "react";

const CONTROLS = 'a[href], button, input, select, textarea, [tabindex="0"]';

const controlsIn = (around: Element): HTMLElement[] =>
  [...around.querySelectorAll<HTMLElement>(CONTROLS)].filter(
    (one) =>
      one.tabIndex >= 0 &&
      !one.matches(":disabled") &&
      one.checkVisibility() &&
      one.closest("[inert], [aria-hidden=true]") === null,
  );

/** Where something was: within `around`, behind `before`, or at its beginning. */
interface Place {
  around: Node;
  before: Node | null;
}

/** Several things may go at once: the place of the outermost is what is left. */
function placeOf(gone: Node, records: readonly MutationRecord[]): Place | undefined {
  const removal = records.find(({ removedNodes }) =>
    [...removedNodes].some((node) => node.contains(gone)),
  );
  if (!removal) return undefined;
  const { target, previousSibling } = removal;
  if (!target.isConnected) return placeOf(target, records);
  return { around: target, before: previousSibling?.isConnected ? previousSibling : null };
}

/** The first control behind a place, else the last one before it, within as little as has one. */
function controlAt({ around, before }: Place): HTMLElement | undefined {
  // Dialogs and menus lie in the body itself, and give the focus back themselves.
  if (!(around instanceof Element) || around === document.body) return undefined;
  const controls = controlsIn(around);
  const behind = controls.find((one) => {
    const isAfter =
      before && before.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING;
    return !before || (isAfter && !before.contains(one));
  });
  const found = behind ?? controls.at(-1);
  if (found || !around.parentNode) return found;
  return controlAt({ around: around.parentNode, before: around });
}

/**
 * What goes away when it is pressed (a button that removes, stops or clears) takes the focus with it,
 * and who works by keyboard or listens would be sent to the top of the page. The focus goes to what
 * stands beside it instead. Not by pointer, where it would open the keyboard of a telephone, and not
 * when another page comes.
 */
export function useKeptFocus(): void {
  useEffect(() => {
    let last: { element: Element; path: string } | undefined;
    let byKeyboard = false;
    const onFocus = ({ target }: FocusEvent) => {
      last = target instanceof Element ? { element: target, path: location.pathname } : undefined;
    };
    const onKey = () => {
      byKeyboard = true;
    };
    const onPointer = () => {
      byKeyboard = false;
    };
    const observer = new MutationObserver((records) => {
      if (!last || last.element.isConnected || document.activeElement !== document.body) return;
      const { element, path } = last;
      last = undefined;
      const place =
        byKeyboard && path === location.pathname ? placeOf(element, records) : undefined;
      if (place) controlAt(place)?.focus();
    });
    document.addEventListener("focusin", onFocus);
    document.addEventListener("keydown", onKey, true);
    document.addEventListener("pointerdown", onPointer, true);
    observer.observe(document.body, { childList: true, subtree: true });
    return () => {
      observer.disconnect();
      document.removeEventListener("focusin", onFocus);
      document.removeEventListener("keydown", onKey, true);
      document.removeEventListener("pointerdown", onPointer, true);
    };
  }, []);
}

import { useNavigate } from '@tanstack/react-router';
import { useLayoutEffect, useRef, useState } from 'react';
import type { Section } from '../sections.ts';

const KEPT_AS = 'tpmall.keys';
/** How long `g` waits for the letter of a place. */
const PREFIX_MS = 1_500;
/** No `g` was pressed: not even where the page has just begun, which is when its clock begins. */
const NEVER = Number.NEGATIVE_INFINITY;

/** Whether single keys act; they can be switched off (WCAG 2.1.4). */
export function useKeySetting(): readonly [isOn: boolean, set: (on: boolean) => void] {
  const [isOn, setOn] = useState(localStorage.getItem(KEPT_AS) !== 'off');
  return [
    isOn,
    (on) => {
      localStorage.setItem(KEPT_AS, on ? 'on' : 'off');
      setOn(on);
    },
  ];
}

/**
 * The keys of every page: find, help, rows, back, copy, `g` with the letter of a place, and the letters that
 * stand in buttons (`data-key`).
 */
export function useShellKeys(options: {
  readonly isOn: boolean;
  readonly places: readonly Section[];
  readonly onFind: () => void;
  readonly onHelp: () => void;
}): void {
  const navigate = useNavigate();
  const latest = useRef(options);
  latest.current = options;
  const prefixAt = useRef(NEVER);
  // Before any sheet hears a key: an Escape closes the sheet, and without motion there is none left
  // afterwards.
  useLayoutEffect(() => {
    const act = (event: KeyboardEvent): void => {
      const { isOn, places, onFind, onHelp } = latest.current;
      if (!isOn || event.ctrlKey || event.metaKey || event.altKey || isBusy(event.target)) return;
      const isAfterPrefix = event.timeStamp - prefixAt.current < PREFIX_MS;
      prefixAt.current = NEVER;
      const place = isAfterPrefix ? places.find(({ key }) => key === event.key) : undefined;
      if (place) void navigate({ to: place.path });
      else if (event.key === 'g') prefixAt.current = event.timeStamp;
      else if (event.key === '/') onFind();
      else if (event.key === '?') onHelp();
      else if (event.key === 'j' || event.key === 'k') focusRow(event.key === 'j' ? 1 : -1);
      else if (event.key === 'Escape') press('[data-back]');
      else if (event.key === 'c') press('[data-copy]');
      else if (isAfterPrefix || !/^[a-z]$/.test(event.key) || !press(`[data-key="${event.key}"]`)) return;
      event.preventDefault();
    };
    addEventListener('keydown', act, { capture: true });
    return () => removeEventListener('keydown', act, { capture: true });
  }, [navigate]);
}

/** What takes letters for itself. */
const WRITABLE = 'input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]';

/** Somebody writes, or a sheet lies over the page. */
function isBusy(target: EventTarget | null): boolean {
  const isField = target instanceof Element && target.closest(WRITABLE);
  return Boolean(isField) || document.querySelector('[role="dialog"]') !== null;
}

/** Rows are links: the focus is the place in the list, and Enter opens it. */
function focusRow(step: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>('[data-row]')];
  const at = rows.indexOf(document.activeElement as HTMLElement);
  rows[Math.min(Math.max(at + step, 0), rows.length - 1)]?.focus();
}

/** Whether there is such a button, which is pressed then. */
function press(selector: string): boolean {
  const button = document.querySelector<HTMLElement>(selector);
  button?.click();
  return button !== null;
}

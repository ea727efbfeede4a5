"use client";

import { useEffect, useRef, useState } from "react";

/** Who listens is told now and then, not of every host. */
const SPEAK_EVERY_MS = 5_000;

/** The text, renewed every few seconds at most; at once when `now` becomes true. */
export function useSpoken(text: string, now: boolean): string {
  const [spoken, setSpoken] = useState(text);
  const latest = useRef(text);
  latest.current = text;

  useEffect(() => {
    const timer = setInterval(() => setSpoken(latest.current), SPEAK_EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  useEffect(() => {
    if (now) setSpoken(latest.current);
  }, [now]);

  return spoken;
}

"use client";

import { CircleAlert, TriangleAlert } from "lucide-react";
import { useEffect, useState } from "react";
import type { SqlCheck, SqlWarning } from "#lib/osquery/check.ts";

/** A screen reader hears of problems when the typing pauses, and not after every letter. */
const ANNOUNCE_MS = 1_000;

interface ProblemListProps {
  check: SqlCheck | undefined;
  onGoTo: (line: number, column: number) => void;
}

const counted = (count: number, word: string) =>
  count === 0 ? "" : `${count} ${word}${count === 1 ? "" : "s"}`;

function summaryOf(check: SqlCheck | undefined): string {
  if (!check) return "";
  const { errors, warnings } = check;
  const counts = [counted(errors.length, "error"), counted(warnings.length, "warning")];
  const first = errors[0] ?? warnings[0];
  if (!first) return "";
  const where = first.line === undefined ? "" : `line ${first.line}, column ${first.column}: `;
  return `${counts.filter(Boolean).join(", ")}. ${where}${first.message}`;
}

/** By words and not by place: a problem that moves with the text keeps the focus. */
function keyOf(problems: readonly { message: string }[], index: number): string {
  const message = problems[index]?.message ?? "";
  const same = problems.slice(0, index).filter((one) => one.message === message);
  return `${message} ${same.length}`;
}

/** What is wrong with the query and what is doubtful; each leads to its place. */
export function ProblemList({ check, onGoTo }: ProblemListProps) {
  const summary = summaryOf(check);
  const [announced, setAnnounced] = useState("");
  useEffect(() => {
    const tell = () => setAnnounced((before) => summary || (before && "No problems."));
    const timer = setTimeout(tell, ANNOUNCE_MS);
    return () => clearTimeout(timer);
  }, [summary]);
  const problems = [
    ...(check?.errors ?? []).map((one) => ({ ...one, error: true })),
    ...(check?.warnings ?? []).map((one) => ({ ...one, error: false })),
  ];
  return (
    <>
      <p role="status" className="sr-only">
        {announced}
      </p>
      {problems.length > 0 && (
        <ul aria-label="Problems" className="divide-y divide-line rounded-md border border-line">
          {problems.map((problem, index) => (
            <li key={keyOf(problems, index)}>
              <Problem {...problem} onGoTo={onGoTo} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

interface ProblemProps extends SqlWarning {
  error: boolean;
  onGoTo: (line: number, column: number) => void;
}

function Problem({ message, line, column, error, onGoTo }: ProblemProps) {
  const Icon = error ? CircleAlert : TriangleAlert;
  const tint = error ? "text-fail" : "text-error";
  const text = (
    <>
      <Icon aria-hidden className={`mt-0.5 size-3.5 shrink-0 ${tint}`} />
      <span className="sr-only">{error ? "Error: " : "Warning: "}</span>
      <span className="min-w-0 flex-1 text-pretty break-words text-ink">{message}</span>
    </>
  );
  const look = "flex w-full items-start gap-2 px-3 py-1.5 text-left text-xs";
  if (line === undefined || column === undefined) return <p className={look}>{text}</p>;
  return (
    <button
      type="button"
      onClick={() => onGoTo(line, column)}
      className={`${look} rounded-md hover:bg-hover`}
    >
      {text}
      <span className="shrink-0 text-muted tabular-nums">
        <span className="sr-only">, line </span>
        {line}
        <span aria-hidden>:</span>
        <span className="sr-only">, column </span>
        {column}
      </span>
    </button>
  );
}

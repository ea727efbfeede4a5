import type { AsyncLocalStorage } from "node:async_hooks";
import { tracingChannel } from "node:diagnostics_channel";
import {
  type Context,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from "@opentelemetry/api";

/** What mysql2 says of a statement. Its text has the values in it, so most of it stays here. */
interface Statement {
  query?: string;
  error?: unknown;
}

const CHANNELS = ["mysql2:query", "mysql2:execute"];
/** The operation and its table stand at the beginning. */
const CHARACTERS_READ = 600;
const LITERALS = /'(?:[^'\\]|\\.|'')*'?|"(?:[^"\\]|\\.)*"?|x'[^']*'?/gi;
const TABLE =
  /^(?:insert (?:ignore )?into|replace into|update|delete from)\s+`?(\w+)|\bfrom\s+`?(\w+)/i;

/** What a span may say of a statement: its first word and its first table, never a value. */
export function describeStatement(query: string): { operation: string; table: string | undefined } {
  const text = query.trimStart().slice(0, CHARACTERS_READ).replace(LITERALS, "?");
  const operation = /^[a-z]+/i.exec(text)?.[0].toUpperCase() ?? "OTHER";
  const [, written, read] = TABLE.exec(text) ?? [];
  return { operation, table: written ?? read };
}

/** Spans of statements, within traces alone: polling once a second is no trace. Returns what ends it. */
export function traceStatements(tracer: Tracer, active: AsyncLocalStorage<Context>): () => void {
  const spans = new WeakMap<object, Span>();
  const end = (statement: Statement) => {
    const span = spans.get(statement);
    if (span && statement.error) span.setStatus({ code: SpanStatusCode.ERROR });
    span?.end();
    spans.delete(statement);
  };
  const ignore = () => undefined;
  const handlers = {
    start(statement: Statement) {
      const context = active.getStore();
      if (!context || !trace.getSpan(context)?.isRecording()) return;
      const { operation, table } = describeStatement(statement.query ?? "");
      const attributes = {
        "db.system.name": "mysql",
        "db.operation.name": operation,
        ...(table ? { "db.collection.name": table } : {}),
      };
      const name = table ? `${operation} ${table}` : operation;
      spans.set(statement, tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes }, context));
    },
    end: ignore,
    asyncStart: end,
    asyncEnd: ignore,
    error: ignore,
  };
  const channels = CHANNELS.map((name) => tracingChannel<unknown, Statement>(name));
  for (const channel of channels) channel.subscribe(handlers as never);
  return () => {
    for (const channel of channels) channel.unsubscribe(handlers as never);
  };
}

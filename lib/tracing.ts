import type { IncomingHttpHeaders } from "node:http";

/** Never values that came from outside: spans leave the house. */
export type SpanAttributes = Record<string, string | number>;

/** A request's span, made by whoever serves it. */
export interface RequestSpan {
  /** Makes what happens in `work` part of the span, also after it has returned. */
  run: <T>(work: () => T) => T;
  end: (status: number, attributes?: SpanAttributes) => void;
}

export interface Tracing {
  span: <T>(name: string, attributes: SpanAttributes, work: () => T) => T;
  requestSpan: (
    name: string,
    attributes: SpanAttributes,
    headers: IncomingHttpHeaders,
  ) => RequestSpan;
  agentSpan: (
    name: string,
    attributes: SpanAttributes,
    headers: IncomingHttpHeaders,
  ) => RequestSpan | undefined;
  /** Notes on whose behalf an item waits, for `batchSpan`. */
  remember: (item: object) => void;
  batchSpan: <T>(name: string, items: readonly object[], work: () => T) => T;
  traceId: () => string | undefined;
}

/**
 * Set by tracing-sdk.ts, which is loaded only where traces are wanted. On globalThis, because Next
 * has copies of this module.
 */
const holder = globalThis as { musterTracing?: Tracing };

export function tracing(): Tracing | undefined {
  return holder.musterTracing;
}

export function setTracing(next: Tracing | undefined): void {
  holder.musterTracing = next;
}

/** `work` as a span of its own, where traces are wanted. */
export function traced<T>(name: string, attributes: SpanAttributes, work: () => T): T {
  const { musterTracing } = holder;
  return musterTracing ? musterTracing.span(name, attributes, work) : work();
}

/** As `traced`, for what is done for several items at once: part of the traces they came by. */
export function tracedBatch<T>(name: string, items: readonly object[], work: () => T): T {
  const { musterTracing } = holder;
  return musterTracing ? musterTracing.batchSpan(name, items, work) : work();
}

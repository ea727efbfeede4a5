import { AsyncLocalStorage } from "node:async_hooks";
import type { IncomingHttpHeaders } from "node:http";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type Context,
  defaultTextMapGetter,
  diag,
  type Link,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from "@opentelemetry/api";
import { getBooleanFromEnv, W3CTraceContextPropagator } from "@opentelemetry/core";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from "@opentelemetry/resources";
import { BasicTracerProvider, BatchSpanProcessor } from "@opentelemetry/sdk-trace-base";
import type { Log } from "./log.ts";
import { type RequestSpan, type SpanAttributes, setTracing, type Tracing } from "./tracing.ts";
import { traceStatements } from "./tracing-statements.ts";

/**
 * Unless the operator chose a sampler: 10,000 check-ins a second say little that 100 do not, and
 * the exporter would drop most of them.
 */
const AGENT_SHARE = 0.01;
/** A collector that is away must not hold up the stop. */
const FLUSH_LIMIT_MS = 3_000;
/** Of a commit's reports, those whose traces it is linked to. */
const LINKS_MAX = 16;

/*
 * Nothing is registered globally, though Next would add spans of its own: they carry whole URLs,
 * and a My device link is one. Every attribute here is written by us.
 */

export interface TracingOptions {
  log: Log;
  /** Whether the operator chose a sampler; it then decides about agents too. */
  hasSampler: boolean;
}

function createProvider(): BasicTracerProvider {
  const own = resourceFromAttributes({
    "service.name": "muster",
    "service.instance.id": `${hostname()}-${process.pid}`,
  });
  const resource = defaultResource()
    .merge(own)
    .merge(detectResources({ detectors: [envDetector] }));
  return new BasicTracerProvider({
    resource,
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
}

/** Tells of a collector that is away once, and not at every batch. */
function logProblems(log: Log): void {
  let told = false;
  const tell = (message: string) => {
    if (!told) log.warn({ problem: message.slice(0, 300) }, "traces: a problem, told once");
    told = true;
  };
  const silent = () => undefined;
  diag.setLogger({ error: tell, warn: tell, info: silent, debug: silent, verbose: silent });
}

/**
 * Sends traces to where OpenTelemetry's variables say, unless OTEL_SDK_DISABLED does. Returns what
 * sends the rest and ends it.
 */
export function startTracing(options: TracingOptions): () => Promise<void> {
  if (getBooleanFromEnv("OTEL_SDK_DISABLED")) return async () => undefined;
  logProblems(options.log);
  const provider = createProvider();
  const active = new AsyncLocalStorage<Context>();
  const tracer = provider.getTracer("muster");
  const spans = new Spans(tracer, active, options.hasSampler ? 1 : AGENT_SHARE);
  setTracing(spans);
  const untraceStatements = traceStatements(tracer, active);
  return async () => {
    setTracing(undefined);
    untraceStatements();
    const sent = provider.shutdown().catch(() => undefined);
    await Promise.race([sent, sleep(FLUSH_LIMIT_MS, undefined, { ref: false })]);
    diag.disable();
  };
}

type Tracer = ReturnType<BasicTracerProvider["getTracer"]>;

class Spans implements Tracing {
  private readonly propagator = new W3CTraceContextPropagator();
  private readonly contexts = new WeakMap<object, Context>();
  private readonly tracer: Tracer;
  private readonly active: AsyncLocalStorage<Context>;
  private readonly agentShare: number;

  constructor(tracer: Tracer, active: AsyncLocalStorage<Context>, agentShare: number) {
    this.tracer = tracer;
    this.active = active;
    this.agentShare = agentShare;
  }

  span<T>(name: string, attributes: SpanAttributes, work: () => T): T {
    const parent = this.active.getStore() ?? ROOT_CONTEXT;
    const span = this.tracer.startSpan(name, { attributes }, parent);
    return this.runIn(span, parent, work);
  }

  batchSpan<T>(name: string, items: readonly object[], work: () => T): T {
    const contexts = items.flatMap((item) => this.contexts.get(item) ?? []);
    const [first] = contexts;
    if (!first && Math.random() >= this.agentShare) return this.active.exit(work);
    const links: Link[] = contexts.slice(1, LINKS_MAX).flatMap((context) => {
      const of = trace.getSpanContext(context);
      return of ? [{ context: of }] : [];
    });
    const parent = first ?? ROOT_CONTEXT;
    const attributes = { "muster.batch_size": items.length };
    const span = this.tracer.startSpan(name, { attributes, links }, parent);
    return this.runIn(span, parent, work);
  }

  requestSpan(name: string, attributes: SpanAttributes, headers: IncomingHttpHeaders): RequestSpan {
    const parent = this.propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
    const span = this.tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }, parent);
    const context = trace.setSpan(parent, span);
    return {
      run: (work) => this.active.run(context, work),
      end: (status, more = {}) => {
        span.setAttributes({ "http.response.status_code": status, ...more });
        if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
        span.end();
      },
    };
  }

  /** Undefined for most, without a look at the sampler: this is the hot path. */
  agentSpan(
    name: string,
    attributes: SpanAttributes,
    headers: IncomingHttpHeaders,
  ): RequestSpan | undefined {
    if (!headers.traceparent && Math.random() >= this.agentShare) return undefined;
    return this.requestSpan(name, attributes, headers);
  }

  remember(item: object): void {
    const context = this.active.getStore();
    const span = context && trace.getSpan(context);
    if (context && span?.isRecording()) this.contexts.set(item, context);
  }

  traceId(): string | undefined {
    const context = this.active.getStore();
    return context && trace.getSpanContext(context)?.traceId;
  }

  private runIn<T>(span: Span, parent: Context, work: () => T): T {
    const fail = (error: unknown) => {
      // Its message may hold values of a statement: the log, which is the operator's own, has it.
      const message = error instanceof Error ? error.name : "error";
      span.setStatus({ code: SpanStatusCode.ERROR, message });
      span.end();
    };
    try {
      const result = this.active.run(trace.setSpan(parent, span), work);
      if (result instanceof Promise) result.then(() => span.end(), fail);
      else span.end();
      return result;
    } catch (error) {
      fail(error);
      throw error;
    }
  }
}

import { Counter, Gauge, Histogram } from "prom-client";

type Labels<T extends string> = Partial<Record<T, string | number>>;

/** One series of a counter. */
export class Tally {
  count = 0;

  inc(by = 1): void {
    this.count += by;
  }
}

/**
 * A counter whose series can be bound to their labels in advance: prom-client builds a key of the
 * labels at each `inc`, which costs half a microsecond, and a check-in has three of them.
 */
export class BoundCounter<T extends string> extends Counter<T> {
  private readonly bound: { labels: Labels<T>; tally: Tally }[] = [];

  /** Or binds one that its subject, which knows no metrics, counts by. */
  bind(labels: Labels<T>, tally = new Tally()): Tally {
    this.bound.push({ labels, tally });
    this.inc(labels, 0);
    return tally;
  }

  override get() {
    for (const { labels, tally } of this.bound) {
      this.inc(labels, tally.count);
      tally.count = 0;
    }
    return super.get();
  }
}

/** One series of a histogram. */
export class Buckets {
  sum = 0;
  readonly bounds: readonly number[];
  /** Observations at most as large as each bound and larger than the one before; the last has none. */
  readonly counts: number[];

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.counts = new Array(bounds.length + 1).fill(0);
  }

  observe(value: number): void {
    let at = 0;
    while (at < this.bounds.length && value > (this.bounds[at] ?? 0)) at++;
    this.counts[at] = (this.counts[at] ?? 0) + 1;
    this.sum += value;
  }
}

/** As BoundCounter. Knows bound series alone: do not `observe` on the histogram itself. */
export class BoundHistogram<T extends string> extends Histogram<T> {
  private readonly bound: { labels: Labels<T>; buckets: Buckets }[] = [];
  private readonly options: { name: string; help: string; buckets: number[] };

  constructor(options: ConstructorParameters<typeof Histogram<T>>[0] & { buckets: number[] }) {
    super(options);
    this.options = options;
  }

  bind(labels: Labels<T>): Buckets {
    const buckets = new Buckets(this.options.buckets);
    this.bound.push({ labels, buckets });
    return buckets;
  }

  /** What prom-client's registry and its `get` call, where its own histograms make their series. */
  async getForPromString() {
    const { name, help } = this.options;
    const values = this.bound.flatMap((one) => seriesOf(name, one));
    return { name, help, type: "histogram", values, aggregator: "sum" };
  }
}

function seriesOf<T extends string>(
  name: string,
  { labels: sharedLabels, buckets }: { labels: Labels<T>; buckets: Buckets },
) {
  let count = 0;
  const cumulative = buckets.counts.map((some, at) => {
    count += some;
    const labels = { le: buckets.bounds[at] ?? "+Inf" };
    return { metricName: `${name}_bucket`, value: count, labels, sharedLabels };
  });
  return [
    ...cumulative,
    { metricName: `${name}_sum`, value: buckets.sum, labels: {}, sharedLabels },
    { metricName: `${name}_count`, value: count, labels: {}, sharedLabels },
  ];
}

/** A gauge that is read when somebody asks, so that it is true even while its subject hangs. */
export class WatchedGauge<T extends string> extends Gauge<T> {
  private readonly watched: { labels: Labels<T>; read: () => number }[] = [];

  watch(labels: Labels<T>, read: () => number): void {
    this.watched.push({ labels, read });
  }

  override get() {
    for (const { labels, read } of this.watched) this.set(labels, read());
    return super.get();
  }
}
